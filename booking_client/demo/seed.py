"""One call that makes a database ready for the demonstration."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.demo.catalogue import DEFAULT_SEED, insert_catalogue
from booking_client.demo.schedule import ensure_schedule
from booking_client.migrations.upgrade import MIGRATION_SECONDS, migrate_url
from booking_client.model import HospitalRuleRow
from booking_client.rules_file import RULES_FILE
from booking_client.sql.database import Database, open_database
from booking_client.sql.rule_book import import_rules


async def seed_demo(url: str, today: dt.date, days: int = 14, seed: str = DEFAULT_SEED) -> int:
    """Migrate the database at `url`, write the catalogue, its rules and the sessions to come.

    Safe to call at every start: what is there already is left alone. Returns the
    number of sessions added. Raises as `booking_client.migrate` does, and DataFileError.
    """
    await migrate_url(url)
    database = open_database(url, MIGRATION_SECONDS)
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
        await _import_first_rules(connection, today)
    return await ensure_schedule(database, today, days, seed)


async def _import_first_rules(connection: AsyncConnection, today: dt.date) -> None:
    """The shipped rules of the catalogue's hospitals, unless a clerk has imported others."""
    if not await connection.scalar(select(exists().where(HospitalRuleRow.id.is_not(None)))):
        await import_rules(connection, RULES_FILE, dt.datetime.combine(today, dt.time()))
