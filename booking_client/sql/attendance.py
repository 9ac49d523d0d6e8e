"""Who came and who did not, and the bars that follow."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Exists, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    BarReason,
    BarRow,
    BookingRow,
    DepartmentRow,
    HospitalRow,
    PatientRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import NoShowRule, Rules
from booking_client.sql.bookings import id_by_code
from booking_client.sql.catalogue import require_hospital
from booking_client.sql.patients import ID_NUMBER
from booking_client.types import BookingStatus

DAY = dt.timedelta(days=1)


async def is_barred(
    connection: AsyncConnection, patient_id: str, hospital_id: int, on: dt.date
) -> bool:
    """Whether a bar keeps the patient from booking at this hospital on the day `on`."""
    return bool(await connection.scalar(select(bar_in_force(on, hospital_id, patient_id))))


def bar_in_force(on: object, hospital_id: object, patient_id: object) -> Exists:
    """EXISTS a bar; each may be a value, a column or a parameter."""
    return exists().where(
        BarRow.patient_id == patient_id,
        or_(BarRow.hospital_id.is_(None), BarRow.hospital_id == hospital_id),
        BarRow.since <= on,
        BarRow.until >= on,
        BarRow.lifted_at.is_(None),
    )


async def record_attendance(
    connection: AsyncConnection, code: str, came: bool, rules: Rules, now: dt.datetime
) -> bool:
    """Close a live booking as fulfilled or noshow; returns whether a bar follows.

    The place stays booked. Recording the same twice is no error. Raises BookingRefused: unknown
    (no such code), too_early (before the booked day), closed (cancelled, or recorded otherwise).
    """
    status = BookingStatus.FULFILLED if came else BookingStatus.NOSHOW
    booking_id = await id_by_code(connection, code)
    if booking_id is None:
        raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
    rows = await connection.execute(
        select(
            BookingRow.status,
            BookingRow.date,
            BookingRow.patient_id,
            DepartmentRow.hospital_id,
            HospitalRow.name.label("hospital"),
        )
        .join(DepartmentRow, DepartmentRow.id == BookingRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(BookingRow.id == booking_id)
    )
    booking = rows.one()
    if booking.date > now.date():
        raise BookingRefused(Refusal.TOO_EARLY, f"the booking is for {booking.date}")
    changed = await connection.execute(
        update(BookingRow)
        .where(BookingRow.id == booking_id, BookingRow.status == BookingStatus.BOOKED.value)
        .values(status=status.value)
    )
    if changed.rowcount != 1:
        if booking.status != status.value:
            raise BookingRefused(Refusal.CLOSED, f"the booking is {booking.status}")
        return False
    rule = rules.of(booking.hospital, now.date()).no_shows
    if came or rule is None:
        return False
    return await _bar_if_due(connection, booking.patient_id, booking.hospital_id, rule, now)


async def bar_patient(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    id_number: str,
    hospital: str | None,
    since: dt.date,
    until: dt.date,
) -> None:
    """A person's decision. Raises BookingRefused: unknown_patient, unknown (hospital)."""
    patient_id = await _patient(connection, keys, id_number)
    hospital_id = None
    if hospital is not None:
        await require_hospital(connection, hospital)
        hospital_id = await connection.scalar(
            select(HospitalRow.id).where(HospitalRow.name == hospital)
        )
    await _bar(connection, patient_id, hospital_id, BarReason.DESK, since, until)


async def lift_bars(
    connection: AsyncConnection, keys: PersonalDataKeys, id_number: str, now: dt.datetime
) -> int:
    """End the patient's bars that are in force or to come; returns how many.

    Raises BookingRefused (unknown_patient).
    """
    lifted = await connection.execute(
        update(BarRow)
        .where(
            BarRow.patient_id == await _patient(connection, keys, id_number),
            BarRow.lifted_at.is_(None),
            BarRow.until >= now.date(),
        )
        .values(lifted_at=now)
    )
    return lifted.rowcount


async def _patient(connection: AsyncConnection, keys: PersonalDataKeys, id_number: str) -> str:
    patient_id = await connection.scalar(
        select(PatientRow.id).where(
            PatientRow.id_number_hash.in_(keys.digests(ID_NUMBER, id_number))
        )
    )
    if patient_id is None:
        raise BookingRefused(Refusal.UNKNOWN_PATIENT, "no patient has this ID number")
    return patient_id


async def _bar(
    connection: AsyncConnection,
    patient_id: str,
    hospital_id: int | None,
    reason: BarReason,
    since: dt.date,
    until: dt.date,
) -> None:
    await connection.execute(
        insert(BarRow).values(
            patient_id=patient_id,
            hospital_id=hospital_id,
            reason=reason.value,
            since=since,
            until=until,
        )
    )


async def _bar_if_due(
    connection: AsyncConnection,
    patient_id: str,
    hospital_id: int,
    rule: NoShowRule,
    now: dt.datetime,
) -> bool:
    """No-shows before an earlier bar, lifted or served, are paid for and do not count again."""
    today = now.date()
    scope = [] if rule.everywhere else [DepartmentRow.hospital_id == hospital_id]
    last_bar = (
        select(func.max(BarRow.since))
        .where(BarRow.patient_id == patient_id, BarRow.reason == BarReason.NO_SHOWS.value)
        .scalar_subquery()
    )
    missed = await connection.scalar(
        select(func.count())
        .select_from(BookingRow)
        .join(DepartmentRow, DepartmentRow.id == BookingRow.department_id)
        .where(
            BookingRow.patient_id == patient_id,
            BookingRow.status == BookingStatus.NOSHOW.value,
            BookingRow.date > today - rule.within_days * DAY,
            or_(last_bar.is_(None), BookingRow.date > last_bar),
            *scope,
        )
    )
    if (missed or 0) < rule.limit:
        return False
    until = today + rule.bar_days * DAY
    where = None if rule.everywhere else hospital_id
    await _bar(connection, patient_id, where, BarReason.NO_SHOWS, today, until)
    return True
