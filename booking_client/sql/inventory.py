"""The places of a session's slots and a channel's quota of them: how many are left, and taking or
giving back one.

Counters change only here, each time by one guarded UPDATE; the tables' CHECKs
stand behind the guards. An expired hold's place is free from the moment it
expires, without a sweeper: readers subtract expired holds (`free_places`),
takers first write them off (`write_off_expired`).

Rows are locked in one order, so that transactions on PostgreSQL wait for each
other and never in a circle: hold, session, patient, quota, slot. Several rows of
a kind are locked in the order of their ids. That is why expired holds are written
off in a transaction of their own: `ExpiredHolds` ends the one that finds them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import HoldRow, HoldState, SessionQuotaRow, SlotRow
from booking_client.sql.moment import NOW


class ExpiredHolds(Exception):
    """There are expired holds in the way: write them off, then run the transaction again."""


def is_held() -> ColumnElement[bool]:
    """Hold rows in state held, written so that the partial indexes are used."""
    return HoldRow.state == literal(HoldState.HELD.value, literal_execute=True)


def place_left() -> ColumnElement[bool]:
    """The guard: no place is taken from a slot that has none."""
    return SlotRow.held + SlotRow.booked < SlotRow.capacity


def quota_left() -> ColumnElement[bool]:
    """The guard of a channel's quota."""
    return SessionQuotaRow.held + SessionQuotaRow.booked < SessionQuotaRow.places


def places_not_taken() -> ColumnElement[int]:
    """Places of a slot that are left when every hold counts as live."""
    return SlotRow.capacity - SlotRow.held - SlotRow.booked


def free_places() -> ColumnElement[int]:
    """Places of a slot that can be taken at NOW."""
    left = places_not_taken()
    expired = (
        select(func.count())
        .where(HoldRow.slot_id == SlotRow.id, is_held(), HoldRow.expires_at <= NOW)
        .correlate(SlotRow)
        .scalar_subquery()
    )
    return left + case((SlotRow.held > 0, expired), else_=literal_column("0"))


def free_quota() -> ColumnElement[int]:
    """Places that the quota row still allows at NOW."""
    left = SessionQuotaRow.places - SessionQuotaRow.held - SessionQuotaRow.booked
    expired = (
        select(func.count())
        .select_from(HoldRow)
        .join(SlotRow, SlotRow.id == HoldRow.slot_id)
        .where(
            SlotRow.session_id == SessionQuotaRow.session_id,
            HoldRow.quota_id == SessionQuotaRow.id,
            is_held(),
            HoldRow.expires_at <= NOW,
        )
        .correlate(SessionQuotaRow)
        .scalar_subquery()
    )
    return left + case((SessionQuotaRow.held > 0, expired), else_=literal_column("0"))


def has_expired(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a hold that meets `condition` has expired at NOW and is not written off yet."""
    return exists().where(is_held(), HoldRow.expires_at <= NOW, condition)


async def write_off_expired(
    connection: AsyncConnection, now: dt.datetime, condition: ColumnElement[bool]
) -> None:
    """Give back the places of the holds that meet `condition` and have expired at `now`."""
    rows = await connection.execute(
        select(HoldRow.id, HoldRow.slot_id, HoldRow.quota_id)
        .where(is_held(), HoldRow.expires_at <= now, condition)
        .order_by(HoldRow.slot_id, HoldRow.id)
        .with_for_update()
    )
    expired = rows.all()
    if not expired:
        return
    await connection.execute(
        update(HoldRow)
        .where(HoldRow.id.in_([row.id for row in expired]))
        .values(state=HoldState.EXPIRED.value)
    )
    quotas = Counter(row.quota_id for row in expired if row.quota_id is not None)
    for quota_id, places in sorted(quotas.items()):
        await _change_quota(connection, quota_id, held=-places)
    for slot_id, places in sorted(Counter(row.slot_id for row in expired).items()):
        await _change_slot(connection, slot_id, held=-places)


async def hold_quota(connection: AsyncConnection, session_id: int, channel: str) -> int | None:
    """Take a place of the channel's quota of this session, as held; the row's id.

    None when the quota is used up.
    """
    taken = await connection.execute(
        update(SessionQuotaRow)
        .where(
            SessionQuotaRow.session_id == session_id,
            SessionQuotaRow.channel == channel,
            quota_left(),
        )
        .values(held=SessionQuotaRow.held + 1)
        .returning(SessionQuotaRow.id)
    )
    return taken.scalar_one_or_none()


async def hold_earliest_place(
    connection: AsyncConnection, session_id: int, after: dt.time, slot_id: int | None = None
) -> Row[int, dt.time, dt.time] | None:
    """Take a place in the session's earliest free slot that starts after `after`, as held; or in
    the slot `slot_id`.

    The slot is chosen inside the statement. Returns (id, starts, ends); None
    when there is none left.
    """
    candidates = select(SlotRow.id).where(
        SlotRow.session_id == session_id, SlotRow.starts > after, place_left()
    )
    if slot_id is not None:
        candidates = candidates.where(SlotRow.id == slot_id)
    earliest = candidates.order_by(SlotRow.starts).limit(1).scalar_subquery()
    while True:
        taken = await connection.execute(
            update(SlotRow)
            .where(and_(SlotRow.id == earliest, place_left()))
            .values(held=SlotRow.held + 1)
            .returning(SlotRow.id, SlotRow.starts, SlotRow.ends)
        )
        slot = taken.one_or_none()
        # On PostgreSQL somebody else may have taken the slot's last place between the choice
        # and the lock; as long as another slot has one, choose again.
        if slot is not None or not await connection.scalar(select(candidates.exists())):
            return slot


async def book_held_place(connection: AsyncConnection, slot_id: int, quota_id: int | None) -> None:
    """A held place becomes a booked one."""
    if quota_id is not None:
        await _change_quota(connection, quota_id, held=-1, booked=1)
    await _change_slot(connection, slot_id, held=-1, booked=1)


async def book_free_place(connection: AsyncConnection, slot_id: int, quota_id: int | None) -> bool:
    """Book a place of this slot if one is left, and in the quota too."""
    if quota_id is not None:
        counted = await connection.execute(
            update(SessionQuotaRow)
            .where(SessionQuotaRow.id == quota_id, quota_left())
            .values(booked=SessionQuotaRow.booked + 1)
        )
        if counted.rowcount != 1:
            return False
    taken = await connection.execute(
        update(SlotRow).where(SlotRow.id == slot_id, place_left()).values(booked=SlotRow.booked + 1)
    )
    return taken.rowcount == 1


async def free_held_place(connection: AsyncConnection, slot_id: int, quota_id: int | None) -> None:
    if quota_id is not None:
        await _change_quota(connection, quota_id, held=-1)
    await _change_slot(connection, slot_id, held=-1)


async def free_booked_place(
    connection: AsyncConnection, slot_id: int, quota_id: int | None
) -> None:
    if quota_id is not None:
        await _change_quota(connection, quota_id, booked=-1)
    await _change_slot(connection, slot_id, booked=-1)


async def _change_slot(
    connection: AsyncConnection, slot_id: int, *, held: int = 0, booked: int = 0
) -> None:
    await connection.execute(
        update(SlotRow)
        .where(SlotRow.id == slot_id)
        .values(held=SlotRow.held + held, booked=SlotRow.booked + booked)
    )


async def _change_quota(
    connection: AsyncConnection, quota_id: int, *, held: int = 0, booked: int = 0
) -> None:
    await connection.execute(
        update(SessionQuotaRow)
        .where(SessionQuotaRow.id == quota_id)
        .values(held=SessionQuotaRow.held + held, booked=SessionQuotaRow.booked + booked)
    )
