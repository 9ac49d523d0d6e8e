"""The schema of what was deleted when."""

from __future__ import annotations

from pathlib import Path

from ivr.retention.model import Base
from ivr.room_schema import RoomSchema

SCHEMA = RoomSchema(Path(__file__).parent, Base.metadata, "alembic_version_retention")
