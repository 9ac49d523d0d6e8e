"""The schema of the search for calls."""

from __future__ import annotations

from pathlib import Path

from ivr.call_search.model import Base
from ivr.room_schema import RoomSchema

SCHEMA = RoomSchema(Path(__file__).parent, Base.metadata, "alembic_version_call_search")
