"""Clinic sessions as the dialogue asks for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import (
    CampusRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.rules import DAY
from booking_client.sql.inventory import free_places
from booking_client.types import ClinicSession, SessionQuery, SlotBand


async def find_sessions(
    connection: AsyncConnection,
    query: SessionQuery,
    window: tuple[dt.date, dt.date],
    now: dt.datetime,
) -> Sequence[ClinicSession]:
    """Open sessions inside both the query's dates and `window`: the earliest place first."""
    first, last = max(query.from_date, window[0]), min(query.to_date, window[1])
    dates = [first + day * DAY for day in range((last - first).days + 1)]
    dates = [date for date in dates if date.weekday() not in query.not_on]
    first_free = (
        select(func.min(SlotRow.starts))
        .where(
            SlotRow.session_id == SessionRow.id,
            free_places(now) > 0,
            or_(SessionRow.date > now.date(), SlotRow.starts > now.time()),
        )
        .correlate(SessionRow)
        .scalar_subquery()
    )
    statement = _sessions().where(
        HospitalRow.name == query.hospital,
        DepartmentRow.name == query.department,
        SessionRow.date.in_(dates),
        SessionRow.status == SessionStatus.OPEN.value,
    )
    if query.doctor is not None:
        statement = statement.where(DoctorRow.name == query.doctor)
    if query.period is not None:
        statement = statement.where(SessionRow.period == query.period)
    if query.with_places_only:
        statement = statement.where(first_free.is_not(None))
    opens = (
        select(func.min(SlotRow.starts))
        .where(SlotRow.session_id == SessionRow.id)
        .correlate(SessionRow)
        .scalar_subquery()
    )
    statement = statement.order_by(
        SessionRow.date, func.coalesce(first_free, opens), SessionRow.id
    ).limit(query.limit)
    rows = (await connection.execute(statement)).all()
    bands = await _bands(connection, [row.id for row in rows], now)
    return [_session(row, bands.get(row.id, [])) for row in rows]


async def session_by_id(
    connection: AsyncConnection, session_id: int, now: dt.datetime | None
) -> ClinicSession:
    """The session with this id, which exists; `now` as in `free_places`."""
    row = (await connection.execute(_sessions().where(SessionRow.id == session_id))).one()
    bands = await _bands(connection, [session_id], now)
    return _session(row, bands[session_id])


def _sessions() -> Select[int, str, str, str, str, str, dt.date, str, int]:
    return (
        select(
            SessionRow.id,
            HospitalRow.name.label("hospital"),
            CampusRow.name.label("campus"),
            DepartmentRow.name.label("department"),
            DoctorRow.name.label("doctor"),
            DoctorRow.title.label("title"),
            SessionRow.date,
            SessionRow.period,
            SessionRow.fee_yuan,
        )
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .join(CampusRow, CampusRow.id == SessionRow.campus_id)
        .outerjoin(DoctorRow, DoctorRow.id == SessionRow.doctor_id)
    )


async def _bands(
    connection: AsyncConnection, session_ids: Sequence[int], now: dt.datetime | None
) -> dict[int, list[SlotBand]]:
    rows = await connection.execute(
        select(
            SlotRow.session_id,
            SlotRow.id,
            SlotRow.starts,
            SlotRow.ends,
            free_places(now).label("free"),
        )
        .where(SlotRow.session_id.in_(session_ids))
        .order_by(SlotRow.session_id, SlotRow.starts)
    )
    bands: dict[int, list[SlotBand]] = {}
    for row in rows:
        band = SlotBand(row.id, row.starts, row.ends, row.free)
        bands.setdefault(row.session_id, []).append(band)
    return bands


def _session(
    row: Row[int, str, str, str, str, str, dt.date, str, int],
    bands: Sequence[SlotBand],
) -> ClinicSession:
    return ClinicSession(
        id=row.id,
        hospital=row.hospital,
        campus=row.campus,
        department=row.department,
        doctor=row.doctor,
        doctor_title=row.title,
        date=row.date,
        period=row.period,
        fee_yuan=row.fee_yuan,
        bands=tuple(bands),
    )
