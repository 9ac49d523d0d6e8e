"""Holds: a place for a short while, at most a few per telephone, without a patient."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    ChannelRow,
    DepartmentRow,
    HoldRow,
    HoldState,
    HospitalRow,
    SessionQuotaRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.rules import HospitalRules, Rules
from booking_client.sql import inventory, quotas
from booking_client.sql.moment import at
from booking_client.sql.sessions import quota_of_channel, session_by_id
from booking_client.types import Hold
from booking_client.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class HoldWish:
    """What is to be held. `phone_hash` None is a withheld number, which has no limit of holds;
    `slot_id` None is the earliest free band."""

    session_id: int
    channel: str
    phone_hash: bytes | None
    slot_id: int | None = None

    def values(self) -> dict[str, Any]:
        return {
            "session_id": self.session_id,
            "channel": self.channel,
            "phone_hash": self.phone_hash,
        }


async def place_hold(
    connection: AsyncConnection,
    wish: HoldWish,
    *,
    rules: Rules,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> Hold:
    """Hold a place of a session.

    Raises ExpiredHolds (see `write_off_for`) and BookingRefused: unknown,
    session_cancelled, closed, too_late, too_early, not_released,
    too_many_holds, full.
    """
    facts = await _session_facts(connection, wish, now)
    own = rules.of(facts.hospital, now.date())
    refuse_unbookable(facts, own, calendar, wish.channel, now)
    if facts.has_expired:
        raise inventory.ExpiredHolds
    phone_place = None
    if wish.phone_hash is not None:
        limit = own.live_holds_per_phone
        phone_place = await _free_phone_place(connection, wish.phone_hash, limit)
    quota_id = await _take_quota(connection, wish, facts, own)
    begun = now.time() if facts.date == now.date() else dt.time.min
    slot = await inventory.hold_earliest_place(connection, wish.session_id, begun, wish.slot_id)
    if slot is None:
        raise BookingRefused(Refusal.FULL, f"session {wish.session_id}")
    hold_id = uuid.uuid4().hex
    expires_at = own.hold_expiry(now)
    await connection.execute(
        insert(HoldRow).values(
            id=hold_id,
            slot_id=slot.id,
            channel=wish.channel,
            phone_hash=wish.phone_hash,
            phone_place=phone_place,
            state=HoldState.HELD.value,
            created_at=now,
            expires_at=expires_at,
            quota_id=quota_id,
            rules_version=rules.version,
        )
    )
    session = await session_by_id(connection, wish.session_id, now)
    return Hold(hold_id, session, slot.id, slot.starts, slot.ends, expires_at)


async def write_off_for(connection: AsyncConnection, wish: HoldWish, now: dt.datetime) -> None:
    """Write off the expired holds that the wish meets."""
    slots = select(SlotRow.id).where(SlotRow.session_id == wish.session_id)
    condition: ColumnElement[bool] = HoldRow.slot_id.in_(slots)
    if wish.phone_hash is not None:
        condition = or_(condition, HoldRow.phone_hash == wish.phone_hash)
    await inventory.write_off_expired(connection, now, condition)


async def release_hold(connection: AsyncConnection, hold_id: str) -> None:
    """Give the place back; nothing happens to a hold that is not held any more."""
    released = await connection.execute(
        update(HoldRow)
        .where(HoldRow.id == hold_id, inventory.is_held())
        .values(state=HoldState.RELEASED.value)
        .returning(HoldRow.slot_id, HoldRow.quota_id)
    )
    hold = released.one_or_none()
    if hold is not None:
        await inventory.free_held_place(connection, hold.slot_id, hold.quota_id)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What decides whether a session can be booked, whatever places it has."""

    hospital: str
    date: dt.date
    status: str
    expert: bool
    has_expired: bool = False
    has_quota: bool = False


def refusal_of(
    facts: SessionFacts,
    rules: HospitalRules,
    calendar: WorkCalendar,
    channel: str | None,
    now: dt.datetime,
) -> Refusal | None:
    """Why the session cannot be booked at `now`; None if it can as long as there is a place."""
    if facts.status == SessionStatus.CANCELLED.value:
        return Refusal.SESSION_CANCELLED
    if facts.status == SessionStatus.CLOSED.value:
        return Refusal.CLOSED
    if rules.closed_on_holidays and calendar.is_holiday(facts.date):
        return Refusal.CLOSED
    return rules.refusal_for(facts.date, now, channel=channel, expert=facts.expert)


def refuse_unbookable(
    facts: SessionFacts,
    rules: HospitalRules,
    calendar: WorkCalendar,
    channel: str | None,
    now: dt.datetime,
) -> None:
    """Raises BookingRefused with `refusal_of`."""
    refusal = refusal_of(facts, rules, calendar, channel, now)
    if refusal is not None:
        raise BookingRefused(refusal, f"for {facts.date} at {now:%Y-%m-%d %H:%M}")


async def _session_facts(
    connection: AsyncConnection, wish: HoldWish, now: dt.datetime
) -> SessionFacts:
    statement = _facts(wish.phone_hash is not None)
    rows = await connection.execute(statement, {**wish.values(), **at(now)})
    row = rows.one_or_none()
    if row is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {wish.session_id}")
    name, date, status, expert, has_quota, known, *expired = row
    if not known:
        raise BookingRefused(Refusal.UNKNOWN, f"no channel {wish.channel}")
    return SessionFacts(name, date, status, expert, any(expired), has_quota)


@functools.cache
def _facts(with_phone: bool) -> Select[Any]:
    slots = select(SlotRow.id).where(SlotRow.session_id == bindparam("session_id"))
    in_the_way: list[ColumnElement[bool]] = [HoldRow.slot_id.in_(slots)]
    if with_phone:
        in_the_way.append(HoldRow.phone_hash == bindparam("phone_hash"))
    channel = select(ChannelRow.code).where(ChannelRow.code == bindparam("channel"))
    columns: tuple[Any, ...] = (
        HospitalRow.name,
        SessionRow.date,
        SessionRow.status,
        SessionRow.doctor_id.is_not(None),
        select(SessionQuotaRow.id).where(quota_of_channel()).correlate(SessionRow).exists(),
        channel.exists(),
        *map(inventory.has_expired, in_the_way),
    )
    return (
        select(*columns)
        .select_from(SessionRow)
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(SessionRow.id == bindparam("session_id"))
    )


async def _take_quota(
    connection: AsyncConnection, wish: HoldWish, facts: SessionFacts, rules: HospitalRules
) -> int | None:
    """A place of the channel's quota, the rules' made into a row; None where there is none."""
    places = rules.places_per_session(wish.channel)
    if not facts.has_quota:
        if places is None:
            return None
        await quotas.ensure_quota(connection, wish.session_id, wish.channel, places)
    quota_id = await inventory.hold_quota(connection, wish.session_id, wish.channel)
    if quota_id is None:
        raise BookingRefused(Refusal.FULL, f"quota of {wish.channel} in session {wish.session_id}")
    return quota_id


async def _free_phone_place(connection: AsyncConnection, phone_hash: bytes, limit: int) -> int:
    """The lowest of the places 1..limit that no hold of this telephone has.

    Two holds of a telephone at the same moment are kept apart by the unique index.
    """
    rows = await connection.execute(
        select(HoldRow.phone_place).where(inventory.is_held(), HoldRow.phone_hash == phone_hash)
    )
    taken = set(rows.scalars())
    free = next((place for place in range(1, limit + 1) if place not in taken), None)
    if free is None or len(taken) >= limit:
        raise BookingRefused(Refusal.TOO_MANY_HOLDS, f"limit {limit}")
    return free
