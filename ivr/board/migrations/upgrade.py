"""The schema of the board's figures."""

from __future__ import annotations

from pathlib import Path

from ivr.board.model import Base
from ivr.room_schema import RoomSchema

SCHEMA = RoomSchema(Path(__file__).parent, Base.metadata, "alembic_version_board")
