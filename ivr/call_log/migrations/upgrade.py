"""Brings a database to the newest schema of the call log."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from ivr.call_log.model import Base

VERSION_TABLE = "alembic_version_call_log"


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, given here instead of in a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["configure"] = {
        "connection": connection,
        "target_metadata": Base.metadata,
        "version_table": VERSION_TABLE,
        "render_as_batch": True,
        "include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
        "transactional_ddl": True,
    }
    return config


def upgrade(connection: Connection) -> None:
    """All missing versions, in the transaction of `connection`."""
    command.upgrade(alembic_config(connection), "head")
