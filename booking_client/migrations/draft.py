"""Draft the next schema version: `python -m booking_client.migrations.draft "what changes"`.

Compares the models with the newest version and writes a file to read and mend
before it is committed.
"""

from __future__ import annotations

import asyncio
import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from booking_client.migrations.upgrade import alembic_config, migrate_database
from booking_client.sql.database import open_database


async def draft(message: str) -> None:
    database = open_database("sqlite://")
    try:
        await migrate_database(database)
        async with database.writing() as connection:
            await connection.run_sync(_write_revision, message)
    finally:
        await database.close()


def _write_revision(connection: Connection, message: str) -> None:
    config = alembic_config(connection)
    newest = ScriptDirectory.from_config(config).get_current_head()
    number = f"{int(newest or 0) + 1:04}"
    command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(draft(sys.argv[1]))
