"""Sealing anew what an older data key has sealed, a few rows a transaction, bookings going on.

    python -m booking_client.sql.rotation postgresql://...

Call it with the new key in IVR_DATA_KEY and the old one in IVR_DATA_KEY_PREVIOUS,
as every running process has them. When it is done the old key can be taken away.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.model import DataKeyRow, PatientRow, PhoneRow
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.database import Database, open_database, require_database_file
from booking_client.sql.patients import ID_NUMBER, NAME, PHONE

BATCH = 200


async def rotate(database: Database, keys: PersonalDataKeys) -> int:
    """Seal and hash every patient and phone with the newest key; returns how many rows changed.

    Can be stopped and called again. Idempotency keys of before are forgotten as
    far as only an old key could tell whether their payload is the same: they are
    of calls that are over. Raises CoreUnavailable; DataKeyError for a row whose key is missing.
    """
    changed = 0
    for table, seal in ((PatientRow, _seal_patients), (PhoneRow, _seal_phones)):
        last = ""
        while True:
            async with database.writing() as connection:
                ids = await _next(connection, table, last)
                changed += await seal(connection, keys, ids)
            if not ids:
                break
            last = ids[-1]
    async with database.alone() as connection:
        await connection.execute(delete(DataKeyRow).where(DataKeyRow.id != keys.key_id.hex()))
    return changed


async def _next(
    connection: AsyncConnection, table: type[PatientRow] | type[PhoneRow], last: str
) -> Sequence[str]:
    rows = await connection.execute(
        select(table.id).where(table.id > last).order_by(table.id).limit(BATCH)
    )
    return list(rows.scalars())


async def _seal_patients(
    connection: AsyncConnection, keys: PersonalDataKeys, ids: Sequence[str]
) -> int:
    rows = await connection.execute(
        select(PatientRow.id, PatientRow.id_number_sealed, PatientRow.name_sealed)
        .where(PatientRow.id.in_(ids))
        .order_by(PatientRow.id)
        .with_for_update()
    )
    changed = 0
    for row in rows.all():
        if keys.is_current(row.id_number_sealed) and keys.is_current(row.name_sealed):
            continue
        id_number = keys.open(ID_NUMBER, row.id, row.id_number_sealed)
        name = keys.open(NAME, row.id, row.name_sealed)
        await connection.execute(
            update(PatientRow)
            .where(PatientRow.id == row.id)
            .values(
                id_number_hash=keys.digest(ID_NUMBER, id_number),
                id_number_sealed=keys.seal(ID_NUMBER, row.id, id_number),
                name_sealed=keys.seal(NAME, row.id, name),
            )
        )
        changed += 1
    return changed


async def _seal_phones(
    connection: AsyncConnection, keys: PersonalDataKeys, ids: Sequence[str]
) -> int:
    rows = await connection.execute(
        select(PhoneRow.id, PhoneRow.number_sealed)
        .where(PhoneRow.id.in_(ids))
        .order_by(PhoneRow.id)
        .with_for_update()
    )
    changed = 0
    for row in rows.all():
        if keys.is_current(row.number_sealed):
            continue
        number = keys.open(PHONE, row.id, row.number_sealed)
        await connection.execute(
            update(PhoneRow)
            .where(PhoneRow.id == row.id)
            .values(
                number_hash=keys.digest(PHONE, number),
                number_sealed=keys.seal(PHONE, row.id, number),
            )
        )
        changed += 1
    return changed


async def _main(url: str) -> str:
    keys = PersonalDataKeys.from_environment()
    require_database_file(url)
    database = open_database(url)
    try:
        changed = await rotate(database, keys)
    finally:
        await database.close()
    return f"{changed} rows sealed with data key {keys.key_id.hex()}; older keys are not needed"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.stdout.write(asyncio.run(_main(sys.argv[1])) + "\n")
    except (CoreUnavailable, DataKeyError, ValueError) as fault:
        sys.exit(str(fault))
