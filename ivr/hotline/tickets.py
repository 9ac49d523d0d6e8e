"""Tickets: a caller's statement, kept until somebody has dealt with it.

A ticket's number is drawn like a confirmation code (booking_client.codes) but one digit
shorter, so that neither is taken for the other.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.codes import draw_code
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database
from dialogs.outcomes import Category
from ivr.call_log.id_masking import mask_text
from ivr.hotline.model import TicketAccessRow, TicketRow

NUMBER_LENGTH = 7
CALLER = "tickets.caller"
STATEMENT = "tickets.statement"
RESOLUTION = "tickets.resolution"


class TicketState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a caller has stated. `spans` are seconds in `recording`, a path relative to the
    folder of recordings; `caller` is empty when the number was withheld."""

    key: str
    category: Category
    call_id: str
    at: dt.datetime
    words: str = field(repr=False)
    caller: str = field(default="", repr=False)
    recording: str = ""
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it is listed; `statement`, `caller` and `resolution` only where it is read."""

    number: str
    state: TicketState
    category: Category
    call_id: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    recording: str
    spans: tuple[tuple[float, float], ...]
    statement: str = field(default="", repr=False)
    caller: str = field(default="", repr=False)
    resolution: str = field(default="", repr=False)


class Tickets:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, keys: PersonalDataKeys, codes: random.Random) -> None:
        self._database = database
        self._keys = keys
        self._codes = codes

    async def open(self, statement: Statement) -> str:
        """Keep a statement, ID numbers masked; returns the ticket's number. The same key again
        gives the same ticket."""
        key = statement.key
        words = self._keys.seal(STATEMENT, key, mask_text(statement.words))
        caller = self._keys.seal(CALLER, key, statement.caller) if statement.caller else None

        async def work(connection: AsyncConnection) -> str:
            known = await connection.scalar(select(TicketRow.number).where(TicketRow.key == key))
            if known is not None:
                return known
            # A number that is taken is a lost race: `write` draws another one.
            number = draw_code(self._codes, length=NUMBER_LENGTH)
            await connection.execute(
                insert(TicketRow).values(
                    key=key,
                    number=number,
                    state=TicketState.OPEN.value,
                    category=statement.category.value,
                    call_id=statement.call_id,
                    opened_at=statement.at,
                    caller=caller,
                    statement=words,
                    recording=statement.recording,
                    spans=[[round(begin, 2), round(end, 2)] for begin, end in statement.spans],
                )
            )
            return number

        return await self._database.write(work)

    async def list(self, state: TicketState | None = None, limit: int = 20) -> tuple[Ticket, ...]:
        """The newest first, without anything a caller said."""
        query = select(*TicketRow.__table__.columns).order_by(TicketRow.opened_at.desc())
        if state is not None:
            query = query.where(TicketRow.state == state.value)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(TicketRow.id.desc()).limit(limit))
            return tuple(_listed(row) for row in rows)

    async def read(self, number: str, actor: str, at: dt.datetime) -> Ticket | None:
        """One ticket with what was said; who reads it is written down. None: no such ticket."""

        async def work(connection: AsyncConnection) -> Row[tuple[object, ...]] | None:
            found = await connection.execute(
                select(*TicketRow.__table__.columns).where(TicketRow.number == number)
            )
            row = found.one_or_none()
            if row is not None:
                await _note(connection, row.id, actor, at, "read")
            return row

        row = await self._database.write(work)
        return None if row is None else self._opened(row)

    async def close(self, number: str, actor: str, at: dt.datetime, resolution: str) -> bool:
        """Somebody has dealt with it. False: there is no such open ticket."""

        async def work(connection: AsyncConnection) -> bool:
            found = await connection.execute(
                select(TicketRow.id, TicketRow.key).where(TicketRow.number == number)
            )
            row = found.one_or_none()
            if row is None:
                return False
            closed = await connection.execute(
                update(TicketRow)
                .where(TicketRow.id == row.id, TicketRow.state == TicketState.OPEN.value)
                .values(
                    state=TicketState.CLOSED.value,
                    closed_at=at,
                    resolution=self._keys.seal(RESOLUTION, row.key, mask_text(resolution)),
                )
            )
            if not closed.rowcount:
                return False
            await _note(connection, row.id, actor, at, "closed")
            return True

        return await self._database.write(work)

    def _opened(self, row: Row[tuple[object, ...]]) -> Ticket:
        opened = self._keys.open
        return replace(
            _listed(row),
            statement=opened(STATEMENT, row.key, row.statement),
            caller=opened(CALLER, row.key, row.caller) if row.caller else "",
            resolution=opened(RESOLUTION, row.key, row.resolution) if row.resolution else "",
        )


def _listed(row: Row[tuple[object, ...]]) -> Ticket:
    return Ticket(
        number=row.number,
        state=TicketState(row.state),
        category=Category(row.category),
        call_id=row.call_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        recording=row.recording,
        spans=tuple((begin, end) for begin, end in row.spans),
    )


async def _note(
    connection: AsyncConnection, ticket: int, actor: str, at: dt.datetime, what: str
) -> None:
    await connection.execute(
        insert(TicketAccessRow).values(ticket=ticket, at=at, actor=actor, what=what)
    )
