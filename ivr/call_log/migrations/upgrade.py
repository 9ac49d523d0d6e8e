"""Brings a database to the newest schema of the call log."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from booking_client.sql.database import Database, open_database
from ivr.call_log.model import Base

VERSION_TABLE = "alembic_version_call_log"
MIGRATION_SECONDS = 30.0


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


async def upgrade(database: Database) -> None:
    """All missing versions, in one transaction and by one process at a time.

    Raises CoreUnavailable.
    """
    async with database.alone() as connection:
        await connection.run_sync(_upgrade)


async def upgrade_url(url: str) -> None:
    """The same with the time that a change of large tables may need."""
    database = open_database(url, MIGRATION_SECONDS)
    try:
        await upgrade(database)
    finally:
        await database.close()


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
