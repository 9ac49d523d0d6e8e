"""Holds: a place for a short while, at most a few per telephone, without a patient."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    DepartmentRow,
    HoldRow,
    HoldState,
    HospitalRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.rules import HospitalRules, Rules
from booking_client.sql import inventory
from booking_client.sql.sessions import session_by_id
from booking_client.types import Hold


async def place_hold(
    connection: AsyncConnection,
    session_id: int,
    *,
    channel: str,
    phone_hash: bytes | None,
    rules: Rules,
    now: dt.datetime,
) -> Hold:
    """Hold the earliest free place of a session.

    `phone_hash` None is a withheld number, which has no limit of holds (see
    data/rules.yaml). Raises BookingRefused: unknown, session_cancelled, closed,
    too_late, too_early, not_released, too_many_holds, full.
    """
    hospital, date, status = await _session_facts(connection, session_id)
    hospital_rules = rules.of(hospital)
    refuse_unbookable(status, date, hospital_rules, now)
    slots = select(SlotRow.id).where(SlotRow.session_id == session_id)
    await inventory.write_off_expired(connection, now, HoldRow.slot_id.in_(slots))
    phone_place = None
    if phone_hash is not None:
        limit = hospital_rules.live_holds_per_phone
        phone_place = await _free_phone_place(connection, phone_hash, limit, now)
    begun = now.time() if date == now.date() else dt.time.min
    slot = await inventory.hold_earliest_place(connection, session_id, begun)
    if slot is None:
        raise BookingRefused(Refusal.FULL, f"session {session_id}")
    hold_id = uuid.uuid4().hex
    expires_at = hospital_rules.hold_expiry(now)
    await connection.execute(
        insert(HoldRow).values(
            id=hold_id,
            slot_id=slot.id,
            channel=channel,
            phone_hash=phone_hash,
            phone_place=phone_place,
            state=HoldState.HELD.value,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session = await session_by_id(connection, session_id, now)
    return Hold(hold_id, session, slot.id, slot.starts, slot.ends, expires_at)


async def release_hold(connection: AsyncConnection, hold_id: str) -> None:
    """Give the place back; nothing happens to a hold that is not held any more."""
    released = await connection.execute(
        update(HoldRow)
        .where(HoldRow.id == hold_id, inventory.is_held())
        .values(state=HoldState.RELEASED.value)
        .returning(HoldRow.slot_id)
    )
    slot_id = released.scalar_one_or_none()
    if slot_id is not None:
        await inventory.free_held_place(connection, slot_id)


def refuse_unbookable(status: str, date: dt.date, rules: HospitalRules, now: dt.datetime) -> None:
    """Raises BookingRefused when a session cannot be booked at `now`, whatever places it has."""
    if status == SessionStatus.CANCELLED.value:
        raise BookingRefused(Refusal.SESSION_CANCELLED)
    if status == SessionStatus.CLOSED.value:
        raise BookingRefused(Refusal.CLOSED)
    refusal = rules.refusal_for(date, now)
    if refusal is not None:
        raise BookingRefused(refusal, f"for {date} at {now:%Y-%m-%d %H:%M}")


async def _session_facts(connection: AsyncConnection, session_id: int) -> tuple[str, dt.date, str]:
    rows = await connection.execute(
        select(HospitalRow.name, SessionRow.date, SessionRow.status)
        .join(DepartmentRow, DepartmentRow.hospital_id == HospitalRow.id)
        .join(SessionRow, SessionRow.department_id == DepartmentRow.id)
        .where(SessionRow.id == session_id)
    )
    facts = rows.one_or_none()
    if facts is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {session_id}")
    hospital, date, status = facts
    return hospital, date, status


async def _free_phone_place(
    connection: AsyncConnection, phone_hash: bytes, limit: int, now: dt.datetime
) -> int:
    """The lowest of the places 1..limit that no live hold of this telephone has."""
    await inventory.write_off_expired(connection, now, HoldRow.phone_hash == phone_hash)
    rows = await connection.execute(
        select(HoldRow.phone_place).where(inventory.is_held(), HoldRow.phone_hash == phone_hash)
    )
    taken = set(rows.scalars())
    free = next((place for place in range(1, limit + 1) if place not in taken), None)
    if free is None or len(taken) >= limit:
        raise BookingRefused(Refusal.TOO_MANY_HOLDS, f"limit {limit}")
    return free
