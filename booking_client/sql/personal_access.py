"""Personal data in the clear: only with a permission, and never without a trace."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import BookingRow, PatientRow, PersonalDataAccessRow, PhoneRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql import patients
from booking_client.sql.bookings import id_by_code
from booking_client.types import Patient, PersonalDataPermission


async def patient_of_booking(
    connection: AsyncConnection,
    code: str,
    permission: PersonalDataPermission,
    *,
    keys: PersonalDataKeys,
    now: dt.datetime,
) -> Patient:
    """Who a booking is for, with ID number and phone; the access is written down first.

    Raises ValueError for a permission without actor or purpose, BookingRefused (unknown).
    """
    if not permission.actor.strip() or not permission.purpose.strip():
        raise ValueError("a permission names who asks and what for")
    booking_id = await id_by_code(connection, code)
    if booking_id is None:
        raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
    await connection.execute(
        insert(PersonalDataAccessRow).values(
            at=now,
            actor=permission.actor,
            purpose=permission.purpose,
            booking_id=booking_id,
        )
    )
    rows = await connection.execute(
        select(
            PatientRow.id,
            PatientRow.id_number_sealed,
            PatientRow.name_sealed,
            PatientRow.name_verified,
            PhoneRow.id.label("phone_id"),
            PhoneRow.number_sealed,
        )
        .select_from(BookingRow)
        .join(PatientRow, PatientRow.id == BookingRow.patient_id)
        .outerjoin(PhoneRow, PhoneRow.id == BookingRow.phone_id)
        .where(BookingRow.id == booking_id)
    )
    row = rows.one()
    return Patient(
        id_number=keys.open(patients.ID_NUMBER, row.id, row.id_number_sealed),
        name=keys.open(patients.NAME, row.id, row.name_sealed),
        name_verified=row.name_verified,
        phone=keys.open(patients.PHONE, row.phone_id, row.number_sealed) if row.phone_id else "",
    )
