"""Bringing a database to the newest schema, and telling whether it is there.

The core's tables share the file with other rooms' tables, each room with its
own version table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from booking_client.errors import CoreUnavailable
from booking_client.model import Base
from booking_client.sql.database import Database, is_in_memory, open_database, sqlite_path

VERSION_TABLE = "alembic_version_booking"
MIGRATION_SECONDS = 60.0


async def migrate_url(url: str) -> None:
    """Make or upgrade the database at `url`, its folder too. See `booking_client.migrate`."""
    if is_in_memory(url):
        raise ValueError("a database in memory is migrated by connect itself")
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    database = open_database(url, MIGRATION_SECONDS)
    try:
        await migrate_database(database)
    finally:
        await database.close()


async def migrate_database(database: Database) -> None:
    """All missing versions in one transaction: all or none of them, by one process at a time."""
    async with database.alone() as connection:
        await connection.run_sync(_upgrade)


async def require_newest_schema(database: Database) -> None:
    """Raises CoreUnavailable when the database is not at the newest version."""
    async with database.reading() as connection:
        found = await connection.run_sync(_revision)
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if found != newest:
        raise CoreUnavailable(
            f"the database's booking schema is {found or 'missing'}, this program needs {newest}:"
            " migrate it first (`ivr prepare` does)"
        )


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, given here instead of in a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["configure"] = {
        "connection": connection,
        "target_metadata": Base.metadata,
        "version_table": VERSION_TABLE,
        "render_as_batch": True,
        "include_name": _is_ours,
        # The transaction is begun with BEGIN by our own hook, so DDL is undone like the rest.
        "transactional_ddl": True,
    }
    return config


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return kind != "table" or name in Base.metadata.tables


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


def _revision(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()
