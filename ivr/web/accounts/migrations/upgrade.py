"""The schema of accounts, sessions and audit."""

from __future__ import annotations

from pathlib import Path

from ivr.room_schema import RoomSchema
from ivr.web.accounts.model import Base

SCHEMA = RoomSchema(Path(__file__).parent, Base.metadata, "alembic_version_accounts")
