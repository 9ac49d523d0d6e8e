"""One call that makes a database ready for the demonstration."""

from __future__ import annotations

import datetime as dt

from booking_client.demo.catalogue import DEFAULT_SEED, insert_catalogue
from booking_client.demo.schedule import ensure_schedule
from booking_client.migrations.upgrade import migrate_url
from booking_client.sql.database import Database, open_database


async def seed_demo(url: str, today: dt.date, days: int = 14, seed: str = DEFAULT_SEED) -> int:
    """Migrate the database file at `url`, write the catalogue and the sessions to come.

    Safe to call at every start: what is there already is left alone. Returns the
    number of sessions added. Raises as `booking_client.migrate` does, and DataFileError.
    """
    await migrate_url(url)
    database = open_database(url)
    try:
        return await seed_database(database, today, days, seed)
    finally:
        await database.close()


async def seed_database(
    database: Database, today: dt.date, days: int = 14, seed: str = DEFAULT_SEED
) -> int:
    """The same for a database that is open and migrated (`core.database`)."""
    async with database.alone() as connection:
        await insert_catalogue(connection, seed)
    return await ensure_schedule(database, today, days, seed)
