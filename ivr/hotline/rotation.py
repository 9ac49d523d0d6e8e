"""Sealing anew what an older data key has sealed in the hotline's tables.

    python -m ivr.hotline.rotation postgresql://...

The companion of booking_client.sql.rotation, with the same keys in the environment; only
after both can the old key be taken away. Calls go on meanwhile; it can be stopped and called again.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.database import Database, open_database, require_database_file
from ivr.hotline import callbacks, questions, surveys, text_outbox, tickets
from ivr.hotline.model import (
    Base,
    CallbackRow,
    SurveyAnswerRow,
    TextMessageRow,
    TicketRow,
    UnansweredQuestionRow,
)

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A table's sealed columns with the names they are sealed under, and what names their row."""

    table: type[Base]
    columns: Mapping[str, str]
    row: Callable[[Row[Any]], str]


SEALED = (
    _Sealed(
        TicketRow,
        {
            "caller": tickets.CALLER,
            "statement": tickets.STATEMENT,
            "resolution": tickets.RESOLUTION,
        },
        lambda row: str(row.key),
    ),
    _Sealed(
        SurveyAnswerRow, {"remark": surveys.REMARK}, lambda row: f"{row.call_id}.{row.question}"
    ),
    _Sealed(UnansweredQuestionRow, {"words": questions.WORDS}, lambda row: str(row.id)),
    _Sealed(CallbackRow, {"phone": callbacks.PHONE}, lambda row: str(row.call_id)),
    _Sealed(
        TextMessageRow,
        {"phone": text_outbox.PHONE, "text": text_outbox.TEXT},
        lambda row: str(row.message_id),
    ),
)


async def rotate(database: Database, keys: PersonalDataKeys) -> int:
    """Seal every value with the newest key; returns how many rows changed.

    Raises CoreUnavailable; DataKeyError for a row whose key is missing.
    """
    changed = 0
    for sealed in SEALED:
        last: object = None
        while True:
            async with database.writing() as connection:
                rows = await _next(connection, sealed, last)
                for row in rows:
                    changed += await _seal(connection, keys, sealed, row)
            if not rows:
                break
            last = rows[-1].id
    return changed


async def _next(connection: AsyncConnection, sealed: _Sealed, last: object) -> list[Row[Any]]:
    table = sealed.table.__table__
    query = select(*table.columns).order_by(table.c.id).limit(BATCH).with_for_update()
    if last is not None:
        query = query.where(table.c.id > last)
    return list((await connection.execute(query)).all())


async def _seal(
    connection: AsyncConnection, keys: PersonalDataKeys, sealed: _Sealed, row: Row[Any]
) -> bool:
    name, fresh = sealed.row(row), {}
    for attribute, column in sealed.columns.items():
        value = getattr(row, attribute)
        if value is not None and not keys.is_current(value):
            fresh[attribute] = keys.seal(column, name, keys.open(column, name, value))
    if fresh:
        table = sealed.table.__table__
        statement = update(sealed.table).where(table.c.id == row.id).values(**fresh)
        await connection.execute(statement)
    return bool(fresh)


async def _main(url: str) -> str:
    keys = PersonalDataKeys.from_environment()
    require_database_file(url)
    database = open_database(url)
    try:
        changed = await rotate(database, keys)
    finally:
        await database.close()
    return f"{changed} rows sealed with data key {keys.key_id.hex()}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.stdout.write(asyncio.run(_main(sys.argv[1])) + "\n")
    except (CoreUnavailable, DataKeyError, ValueError) as fault:
        sys.exit(str(fault))
