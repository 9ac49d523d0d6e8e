"""Opening the booking core on an SQL database, with the keys of its personal data."""

from __future__ import annotations

import random

from sqlalchemy import insert, select

from booking_client.codes import SECURE
from booking_client.migrations.upgrade import migrate_database, require_newest_schema
from booking_client.model import DataKeyRow
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.rules import Rules
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import (
    Database,
    is_in_memory,
    open_database,
    require_database_file,
)


async def open_core(
    url: str,
    *,
    keys: PersonalDataKeys | None,
    rules: Rules | None,
    codes: random.Random = SECURE,
) -> SqlBookingCore:
    """See `booking_client.connect` and SqlBookingCore."""
    require_database_file(url)
    keys = keys or PersonalDataKeys.from_environment()
    database = open_database(url)
    try:
        if is_in_memory(url):
            await migrate_database(database)
        await require_newest_schema(database)
        await _require_known_keys(database, keys)
    except BaseException:
        await database.close()
        raise
    return SqlBookingCore(database, keys, rules, codes=codes)


async def _require_known_keys(database: Database, keys: PersonalDataKeys) -> None:
    """Every key that the database has seen must be ours; a new one is written down.

    Without this a wrong key would go unnoticed and every patient be found no
    more. The first key that opens a database is taken as it is; a later one only
    together with one that is known.
    """
    ours = {key_id.hex() for key_id in keys.key_ids}
    current = keys.key_id.hex()
    async with database.reading() as connection:
        known = set((await connection.execute(select(DataKeyRow.id))).scalars())
    if current not in known:
        async with database.alone() as connection:
            known = set((await connection.execute(select(DataKeyRow.id))).scalars())
            if not known or (known <= ours and current not in known):
                await connection.execute(insert(DataKeyRow).values(id=current))
                known.add(current)
    if not known <= ours:
        raise DataKeyError(
            "the personal data of this database was sealed with data key"
            f" {' and '.join(sorted(known - ours))}, but the key given is {current}"
        )
