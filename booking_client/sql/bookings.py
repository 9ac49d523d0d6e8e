"""Bookings: a hold becomes one, exactly once for a key; found and cancelled by code."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import Row, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.codes import draw_code
from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import is_valid_id_number
from booking_client.model import (
    BookingRow,
    DepartmentRow,
    HoldRow,
    HoldState,
    HospitalRow,
    IdempotencyRow,
    PatientRow,
    SessionRow,
    SlotRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.rules import Rules
from booking_client.sql import inventory, patients
from booking_client.sql.holds import refuse_unbookable
from booking_client.sql.sessions import session_by_id
from booking_client.types import Booking, BookingStatus, Patient

_PAYLOAD = "idempotency.payload"
_LONGEST_NAME = 60

HoldFacts = Row[str, int, str, str, int, dt.date, str, int, str]


async def confirm_hold(
    connection: AsyncConnection,
    hold_id: str,
    patient: Patient,
    key: str,
    *,
    keys: PersonalDataKeys,
    rules: Rules,
    now: dt.datetime,
) -> Booking:
    """Turn a hold into a booking; the same key and payload find the booking already made.

    A hold that has expired is still confirmed if its place has not been taken
    meanwhile: the caller was read this time and said yes to it.

    Raises BookingRefused: unknown (hold), key_reused, unknown_patient,
    session_cancelled, closed, too_late, too_early, not_released,
    already_booked, hold_expired.
    """
    hold = await _hold_facts(connection, hold_id)
    fingerprint = _fingerprint(keys, hold_id, patient)
    earlier = await _booking_of_key(connection, hold.channel, key, fingerprint)
    if earlier is not None:
        return await _booking(connection, earlier, keys, now)
    if not is_valid_id_number(patient.id_number, now.date()) or not _is_name(patient.name):
        raise BookingRefused(Refusal.UNKNOWN_PATIENT)
    refuse_unbookable(hold.status, hold.date, rules.of(hold.hospital), now)
    patient_id, verified = await patients.save_patient(connection, keys, patient, now)
    await _refuse_second_of_day(connection, patient_id, hold)
    await _take_place(connection, hold, now)
    values = {
        "code": await _free_code(connection),
        "status": BookingStatus.BOOKED.value,
        "hold_id": hold_id,
        "slot_id": hold.slot_id,
        "department_id": hold.department_id,
        "date": hold.date,
        "patient_id": patient_id,
        "phone_id": await patients.save_phone(connection, keys, patient_id, patient.phone, now),
        "channel": hold.channel,
        "name_unverified": not verified,
        "id_last_four": patient.id_number[-4:],
        "created_at": now,
    }
    try:
        booking_id = (
            await connection.execute(insert(BookingRow).values(values).returning(BookingRow.id))
        ).scalar_one()
    except IntegrityError as error:
        if "patient" not in str(error.orig):
            raise
        # The unique index behind _refuse_second_of_day: columns or name, by database.
        raise BookingRefused(Refusal.ALREADY_BOOKED) from error
    await connection.execute(
        insert(IdempotencyRow).values(
            channel=hold.channel,
            key=key,
            fingerprint=fingerprint,
            booking_id=booking_id,
            created_at=now,
        )
    )
    return await _booking(connection, booking_id, keys, now)


async def booking_by_code(
    connection: AsyncConnection, code: str, keys: PersonalDataKeys
) -> Booking | None:
    """The newest booking with this code: the live one if there is one."""
    booking_id = await _id_by_code(connection, code)
    return None if booking_id is None else await _booking(connection, booking_id, keys, None)


async def cancel_booking(
    connection: AsyncConnection,
    code: str,
    *,
    keys: PersonalDataKeys,
    rules: Rules,
    now: dt.datetime,
) -> Booking:
    """Cancel and give the place back; a booking that is cancelled already is returned as it is.

    Raises BookingRefused: unknown (no such code), too_late.
    """
    booking_id = await _id_by_code(connection, code)
    if booking_id is None:
        raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
    booking = await _booking(connection, booking_id, keys, now)
    if booking.status is BookingStatus.CANCELLED:
        return booking
    session = booking.session
    deadline = rules.of(session.hospital).cancel_deadline(
        session.date, session.period, booking.start
    )
    if booking.status is not BookingStatus.BOOKED or now >= deadline:
        raise BookingRefused(Refusal.TOO_LATE, f"could be cancelled until {deadline}")
    cancelled = await connection.execute(
        update(BookingRow)
        .where(BookingRow.id == booking_id, BookingRow.status == BookingStatus.BOOKED.value)
        .values(status=BookingStatus.CANCELLED.value, cancelled_at=now)
        .returning(BookingRow.slot_id)
    )
    slot_id = cancelled.scalar_one_or_none()
    if slot_id is not None:
        await inventory.free_booked_place(connection, slot_id)
    return await _booking(connection, booking_id, keys, now)


async def _hold_facts(connection: AsyncConnection, hold_id: str) -> HoldFacts:
    rows = await connection.execute(
        select(
            HoldRow.id,
            HoldRow.slot_id,
            HoldRow.channel,
            HoldRow.state,
            SlotRow.session_id,
            SessionRow.date,
            SessionRow.status,
            SessionRow.department_id,
            HospitalRow.name.label("hospital"),
        )
        .join(SlotRow, SlotRow.id == HoldRow.slot_id)
        .join(SessionRow, SessionRow.id == SlotRow.session_id)
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(HoldRow.id == hold_id)
    )
    hold = rows.one_or_none()
    if hold is None:
        raise BookingRefused(Refusal.UNKNOWN, "no such hold")
    return hold


def _fingerprint(keys: PersonalDataKeys, hold_id: str, patient: Patient) -> bytes:
    payload = [
        hold_id,
        patient.id_number,
        patient.name,
        patient.name_verified,
        normalise_phone(patient.phone),
    ]
    return keys.digest(_PAYLOAD, json.dumps(payload))


async def _booking_of_key(
    connection: AsyncConnection, channel: str, key: str, fingerprint: bytes
) -> int | None:
    rows = await connection.execute(
        select(IdempotencyRow.booking_id, IdempotencyRow.fingerprint).where(
            IdempotencyRow.channel == channel, IdempotencyRow.key == key
        )
    )
    known = rows.one_or_none()
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise BookingRefused(Refusal.KEY_REUSED)
    booking_id: int = known.booking_id
    return booking_id


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= _LONGEST_NAME


async def _refuse_second_of_day(
    connection: AsyncConnection, patient_id: str, hold: HoldFacts
) -> None:
    """One live booking per patient, day and department; a unique index stands behind this."""
    booked = exists().where(
        BookingRow.patient_id == patient_id,
        BookingRow.date == hold.date,
        BookingRow.department_id == hold.department_id,
        BookingRow.status == BookingStatus.BOOKED.value,
    )
    if await connection.scalar(select(booked)):
        raise BookingRefused(Refusal.ALREADY_BOOKED)


async def _take_place(connection: AsyncConnection, hold: HoldFacts, now: dt.datetime) -> None:
    """Swap the hold to confirmed and its place to booked, or raise hold_expired.

    A hold past its expiry that nobody has written off still counts in its slot,
    so its place is still its own. One that was written off takes a free place of
    the same slot, if there is one: another time would not be what was read back.
    """
    swap = update(HoldRow).where(HoldRow.id == hold.id).values(state=HoldState.CONFIRMED.value)
    if (await connection.execute(swap.where(inventory.is_held()))).rowcount == 1:
        await inventory.book_held_place(connection, hold.slot_id)
        return
    await inventory.write_off_expired(connection, now, HoldRow.slot_id == hold.slot_id)
    was_expired = swap.where(HoldRow.state == HoldState.EXPIRED.value)
    if (await connection.execute(was_expired)).rowcount == 1 and await inventory.book_free_place(
        connection, hold.slot_id
    ):
        return
    raise BookingRefused(Refusal.HOLD_EXPIRED)


async def _free_code(connection: AsyncConnection) -> str:
    """A code that no live booking has; a unique index stands behind this."""
    while True:
        code = draw_code()
        used = exists().where(
            BookingRow.code == code, BookingRow.status == BookingStatus.BOOKED.value
        )
        if not await connection.scalar(select(used)):
            return code


async def _id_by_code(connection: AsyncConnection, code: str) -> int | None:
    return await connection.scalar(
        select(BookingRow.id).where(BookingRow.code == code).order_by(BookingRow.id.desc()).limit(1)
    )


async def _booking(
    connection: AsyncConnection, booking_id: int, keys: PersonalDataKeys, now: dt.datetime | None
) -> Booking:
    rows = await connection.execute(
        select(
            BookingRow.id,
            BookingRow.code,
            BookingRow.status,
            BookingRow.channel,
            BookingRow.name_unverified,
            BookingRow.id_last_four,
            BookingRow.patient_id,
            PatientRow.name_sealed,
            SlotRow.session_id,
            SlotRow.starts,
            SlotRow.ends,
        )
        .join(SlotRow, SlotRow.id == BookingRow.slot_id)
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .where(BookingRow.id == booking_id)
    )
    row = rows.one()
    return Booking(
        id=row.id,
        code=row.code,
        status=BookingStatus(row.status),
        session=await session_by_id(connection, row.session_id, now),
        start=row.starts,
        end=row.ends,
        patient_name=keys.open(patients.NAME, row.patient_id, row.name_sealed),
        name_unverified=row.name_unverified,
        id_last_four=row.id_last_four,
        channel=row.channel,
    )
