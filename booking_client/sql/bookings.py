"""Bookings: found by code or patient, and cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import BookingRow, PatientRow, SessionRow, SessionStatus, SlotRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import Rules
from booking_client.sql import inventory, patients
from booking_client.sql.sessions import session_by_id, sessions_by_id
from booking_client.types import Booking, BookingStatus, ClinicSession


async def booking_by_code(
    connection: AsyncConnection, code: str, keys: PersonalDataKeys
) -> Booking | None:
    """The newest booking with this code: the live one if there is one."""
    booking_id = await id_by_code(connection, code)
    return None if booking_id is None else await read_booking(connection, booking_id, keys, None)


async def booking_of_hold(
    connection: AsyncConnection, hold_id: str, keys: PersonalDataKeys
) -> Booking | None:
    """What became of a hold; None where it was not confirmed."""
    booking_id = await connection.scalar(select(BookingRow.id).where(BookingRow.hold_id == hold_id))
    return None if booking_id is None else await read_booking(connection, booking_id, keys, None)


async def coming_bookings(
    connection: AsyncConnection, id_number: str, keys: PersonalDataKeys, now: dt.datetime
) -> Sequence[Booking]:
    """The patient's live bookings that are not over yet, the next first."""
    rows = await connection.execute(
        _BOOKINGS.where(
            PatientRow.id_number_hash.in_(keys.digests(patients.ID_NUMBER, id_number)),
            BookingRow.date >= now.date(),
            BookingRow.status == BookingStatus.BOOKED.value,
        ).order_by(BookingRow.date, SlotRow.starts)
    )
    coming = [row for row in rows if row.date > now.date() or row.ends > now.time()]
    if not coming:
        return []
    sessions = await sessions_by_id(connection, [row.session_id for row in coming], now)
    return [_booking(row, sessions[row.session_id], keys) for row in coming]


async def last_booking(
    connection: AsyncConnection, id_number: str, keys: PersonalDataKeys
) -> Booking | None:
    """The patient's newest booking that was not cancelled."""
    rows = await connection.execute(
        _BOOKINGS.where(
            PatientRow.id_number_hash.in_(keys.digests(patients.ID_NUMBER, id_number)),
            BookingRow.status != BookingStatus.CANCELLED.value,
        )
        .order_by(BookingRow.created_at.desc(), BookingRow.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    return _booking(row, await session_by_id(connection, row.session_id, None), keys)


async def cancel_booking(
    connection: AsyncConnection,
    code: str,
    *,
    keys: PersonalDataKeys,
    rules: Rules,
    now: dt.datetime,
) -> Booking:
    """Cancel and give the place back; a booking that is cancelled already is returned as it is.

    A booking of a session that the hospital has cancelled has no deadline but its own time.
    Raises BookingRefused: unknown (no such code), too_late.
    """
    booking_id = await id_by_code(connection, code)
    if booking_id is None:
        raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
    booking = await read_booking(connection, booking_id, keys, now)
    if booking.status is BookingStatus.CANCELLED:
        return booking
    session = booking.session
    deadline = dt.datetime.combine(session.date, booking.start)
    if not await _is_cancelled(connection, session.id):
        own = rules.of(session.hospital, now.date())
        deadline = own.cancel_deadline(session.date, session.period, booking.start)
    if booking.status is not BookingStatus.BOOKED or now >= deadline:
        raise BookingRefused(Refusal.TOO_LATE, f"could be cancelled until {deadline}")
    cancelled = await connection.execute(
        update(BookingRow)
        .where(BookingRow.id == booking_id, BookingRow.status == BookingStatus.BOOKED.value)
        .values(status=BookingStatus.CANCELLED.value, cancelled_at=now)
        .returning(BookingRow.slot_id, BookingRow.quota_id)
    )
    place = cancelled.one_or_none()
    if place is not None:
        await inventory.free_booked_place(connection, place.slot_id, place.quota_id)
    return await read_booking(connection, booking_id, keys, now)


async def id_by_code(connection: AsyncConnection, code: str) -> int | None:
    return await connection.scalar(
        select(BookingRow.id).where(BookingRow.code == code).order_by(BookingRow.id.desc()).limit(1)
    )


async def read_booking(
    connection: AsyncConnection, booking_id: int, keys: PersonalDataKeys, now: dt.datetime | None
) -> Booking:
    """The booking with this id, which exists; `now` as in `free_places`."""
    row = (await connection.execute(_BOOKINGS.where(BookingRow.id == booking_id))).one()
    return _booking(row, await session_by_id(connection, row.session_id, now), keys)


async def bookings_of_session(
    connection: AsyncConnection, session_id: int, keys: PersonalDataKeys, now: dt.datetime
) -> Sequence[Booking]:
    """The live bookings of a session, the earliest first."""
    rows = await connection.execute(
        _BOOKINGS.where(
            SlotRow.session_id == session_id, BookingRow.status == BookingStatus.BOOKED.value
        ).order_by(SlotRow.starts, BookingRow.id)
    )
    session = await session_by_id(connection, session_id, now)
    return [_booking(row, session, keys) for row in rows]


_BOOKINGS = (
    select(
        BookingRow.id,
        BookingRow.code,
        BookingRow.status,
        BookingRow.channel,
        BookingRow.sub_channel,
        BookingRow.name_unverified,
        BookingRow.id_last_four,
        BookingRow.patient_id,
        BookingRow.date,
        PatientRow.name_sealed,
        SlotRow.session_id,
        SlotRow.starts,
        SlotRow.ends,
    )
    .join(SlotRow, SlotRow.id == BookingRow.slot_id)
    .join(PatientRow, PatientRow.id == BookingRow.patient_id)
)


def _booking(row: Any, session: ClinicSession, keys: PersonalDataKeys) -> Booking:
    return Booking(
        id=row.id,
        code=row.code,
        status=BookingStatus(row.status),
        session=session,
        start=row.starts,
        end=row.ends,
        patient_name=keys.open(patients.NAME, row.patient_id, row.name_sealed),
        name_unverified=row.name_unverified,
        id_last_four=row.id_last_four,
        channel=row.channel,
        sub_channel=row.sub_channel,
    )


async def _is_cancelled(connection: AsyncConnection, session_id: int) -> bool:
    status = await connection.scalar(select(SessionRow.status).where(SessionRow.id == session_id))
    return status == SessionStatus.CANCELLED.value
