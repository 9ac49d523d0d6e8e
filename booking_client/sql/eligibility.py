"""May this patient book here, and if not why: one statement for the facts, rules for the rest."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import is_valid_id_number
from booking_client.model import (
    BookingRow,
    DepartmentRow,
    HospitalRow,
    PatientRow,
    SessionQuotaRow,
    SessionRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import Rules
from booking_client.sql.attendance import bar_in_force
from booking_client.sql.holds import SessionFacts, refusal_of
from booking_client.sql.inventory import free_quota
from booking_client.sql.patients import ID_NUMBER
from booking_client.sql.sessions import first_free_start
from booking_client.types import BookingStatus
from booking_client.work_calendar import WorkCalendar


async def refusal_for_patient(
    connection: AsyncConnection,
    id_number: str,
    session_id: int,
    *,
    channel: str | None,
    keys: PersonalDataKeys,
    rules: Rules,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> Refusal | None:
    """Why a hold of this session would not become this patient's booking; None if it would.

    Nothing is held: a place may be gone the next moment. Raises BookingRefused (unknown session).
    """
    patient_id = (
        select(PatientRow.id)
        .where(PatientRow.id_number_hash.in_(keys.digests(ID_NUMBER, id_number)))
        .scalar_subquery()
    )
    that_day = select(func.count()).where(
        BookingRow.patient_id == patient_id,
        BookingRow.date == SessionRow.date,
        BookingRow.status == BookingStatus.BOOKED.value,
    )
    in_department = that_day.where(BookingRow.department_id == SessionRow.department_id)
    quota = (
        select(free_quota(now))
        .where(
            SessionQuotaRow.session_id == SessionRow.id, SessionQuotaRow.channel == (channel or "")
        )
        .correlate(SessionRow)
    )
    rows = await connection.execute(
        select(
            HospitalRow.name.label("hospital"),
            SessionRow.date,
            SessionRow.status,
            SessionRow.doctor_id.is_not(None).label("expert"),
            bar_in_force(now.date(), HospitalRow.id, patient_id)
            .correlate(HospitalRow)
            .label("barred"),
            that_day.correlate(SessionRow).scalar_subquery().label("that_day"),
            in_department.correlate(SessionRow).scalar_subquery().label("in_department"),
            first_free_start(now).label("first_free"),
            quota.scalar_subquery().label("quota"),
        )
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(SessionRow.id == session_id)
    )
    row = rows.one_or_none()
    if row is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {session_id}")
    own = rules.of(row.hospital, now.date())
    facts = SessionFacts(row.hospital, row.date, row.status, row.expert)
    refused = refusal_of(facts, own, calendar, channel, now)
    if refused is not None:
        return refused
    if not is_valid_id_number(id_number, now.date()):
        return Refusal.UNKNOWN_PATIENT
    if row.barred:
        return Refusal.BARRED
    if row.in_department:
        return Refusal.ALREADY_BOOKED
    if own.bookings_per_day is not None and row.that_day >= own.bookings_per_day:
        return Refusal.DAY_LIMIT
    quota_left = row.quota if row.quota is not None else own.places_per_session(channel)
    if row.first_free is None or (quota_left is not None and quota_left <= 0):
        return Refusal.FULL
    return None
