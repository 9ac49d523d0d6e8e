"""May this patient book here, and if not why: one statement for the facts, rules for the rest."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import is_valid_id_number
from booking_client.model import (
    BookingRow,
    DepartmentRow,
    HospitalRow,
    PatientRow,
    SessionRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import Rules
from booking_client.sql.attendance import bar_in_force
from booking_client.sql.holds import SessionFacts, refusal_of
from booking_client.sql.inventory import free_quota
from booking_client.sql.moment import TODAY, at
from booking_client.sql.patients import ID_NUMBER
from booking_client.sql.sessions import first_free_start, quota_of_channel
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
    values = {
        "hashes": keys.digests(ID_NUMBER, id_number),
        "session_id": session_id,
        "channel": channel or "",
        **at(now),
    }
    rows = await connection.execute(_facts(), values)
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


@functools.cache
def _facts() -> Select[Any]:
    patient_id = (
        select(PatientRow.id)
        .where(PatientRow.id_number_hash.in_(bindparam("hashes", expanding=True)))
        .scalar_subquery()
    )
    that_day = select(func.count()).where(
        BookingRow.patient_id == patient_id,
        BookingRow.date == SessionRow.date,
        BookingRow.status == BookingStatus.BOOKED.value,
    )
    in_department = that_day.where(BookingRow.department_id == SessionRow.department_id)
    quota = select(free_quota()).where(quota_of_channel()).correlate(SessionRow)
    columns: tuple[Any, ...] = (
        HospitalRow.name.label("hospital"),
        SessionRow.date,
        SessionRow.status,
        SessionRow.doctor_id.is_not(None).label("expert"),
        bar_in_force(TODAY, HospitalRow.id, patient_id).correlate(HospitalRow).label("barred"),
        that_day.correlate(SessionRow).scalar_subquery().label("that_day"),
        in_department.correlate(SessionRow).scalar_subquery().label("in_department"),
        first_free_start().label("first_free"),
        quota.scalar_subquery().label("quota"),
    )
    return (
        select(*columns)
        .select_from(SessionRow)
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(SessionRow.id == bindparam("session_id"))
    )
