"""The schema of the hotline's own work."""

from __future__ import annotations

from pathlib import Path

from ivr.hotline.model import Base
from ivr.room_schema import RoomSchema

SCHEMA = RoomSchema(Path(__file__).parent, Base.metadata, "alembic_version_hotline")
