"""The places of a session's slots: how many are left, and taking or giving back one.

A slot's counters change only here, each time by one guarded UPDATE; the table's
CHECK stands behind the guard. An expired hold's place is free from the moment
it expires, without a sweeper: readers subtract expired holds (`free_places`),
takers first write them off (`write_off_expired`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import HoldRow, HoldState, SlotRow


def is_held() -> ColumnElement[bool]:
    """Hold rows in state held, written so that the partial indexes are used."""
    return HoldRow.state == literal(HoldState.HELD.value, literal_execute=True)


def place_left() -> ColumnElement[bool]:
    """The guard: no place is taken from a slot that has none."""
    return SlotRow.held + SlotRow.booked < SlotRow.capacity


def free_places(now: dt.datetime | None) -> ColumnElement[int]:
    """Places of a slot that can be taken at `now`; None counts every hold as live."""
    left = SlotRow.capacity - SlotRow.held - SlotRow.booked
    if now is None:
        return left
    expired = (
        select(func.count())
        .where(HoldRow.slot_id == SlotRow.id, is_held(), HoldRow.expires_at <= now)
        .correlate(SlotRow)
        .scalar_subquery()
    )
    return left + case((SlotRow.held > 0, expired), else_=literal_column("0"))


async def write_off_expired(
    connection: AsyncConnection, now: dt.datetime, condition: ColumnElement[bool]
) -> None:
    """Give back the places of the holds that meet `condition` and have expired at `now`."""
    rows = await connection.execute(
        update(HoldRow)
        .where(is_held(), HoldRow.expires_at <= now, condition)
        .values(state=HoldState.EXPIRED.value)
        .returning(HoldRow.slot_id)
    )
    for slot_id, places in sorted(Counter(rows.scalars()).items()):
        await connection.execute(
            update(SlotRow).where(SlotRow.id == slot_id).values(held=SlotRow.held - places)
        )


async def hold_earliest_place(
    connection: AsyncConnection, session_id: int, after: dt.time
) -> Row[int, dt.time, dt.time] | None:
    """Take a place in the session's earliest free slot that starts after `after`, as held.

    The slot is chosen inside the statement. Returns (id, starts, ends); None
    when the session is full.
    """
    earliest = (
        select(SlotRow.id)
        .where(SlotRow.session_id == session_id, SlotRow.starts > after, place_left())
        .order_by(SlotRow.starts)
        .limit(1)
        .scalar_subquery()
    )
    taken = await connection.execute(
        update(SlotRow)
        .where(and_(SlotRow.id == earliest, place_left()))
        .values(held=SlotRow.held + 1)
        .returning(SlotRow.id, SlotRow.starts, SlotRow.ends)
    )
    return taken.one_or_none()


async def book_held_place(connection: AsyncConnection, slot_id: int) -> None:
    """A held place becomes a booked one."""
    await connection.execute(
        update(SlotRow)
        .where(SlotRow.id == slot_id)
        .values(held=SlotRow.held - 1, booked=SlotRow.booked + 1)
    )


async def book_free_place(connection: AsyncConnection, slot_id: int) -> bool:
    """Book a place of this slot if one is left."""
    taken = await connection.execute(
        update(SlotRow)
        .where(SlotRow.id == slot_id, place_left())
        .values(booked=SlotRow.booked + 1)
        .returning(SlotRow.id)
    )
    return taken.one_or_none() is not None


async def free_held_place(connection: AsyncConnection, slot_id: int) -> None:
    await connection.execute(
        update(SlotRow).where(SlotRow.id == slot_id).values(held=SlotRow.held - 1)
    )


async def free_booked_place(connection: AsyncConnection, slot_id: int) -> None:
    await connection.execute(
        update(SlotRow).where(SlotRow.id == slot_id).values(booked=SlotRow.booked - 1)
    )
