"""Clinic sessions as the dialogue asks for them, each question one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, null, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import (
    CampusRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
    SessionQuotaRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.rules import DAY, HospitalRules
from booking_client.sql.inventory import free_places, free_quota
from booking_client.types import ClinicSession, SessionQuery, SlotBand
from booking_client.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class BookableDays:
    """The dates that a channel may book at a hospital, those of doctors apart."""

    ordinary: tuple[dt.date, ...]
    expert: tuple[dt.date, ...]
    places_per_session: int | None

    @classmethod
    def by(
        cls,
        rules: HospitalRules,
        calendar: WorkCalendar,
        channel: str | None,
        now: dt.datetime,
        wished: Callable[[dt.date], bool] = lambda _: True,
    ) -> BookableDays:
        def days(expert: bool) -> Iterator[dt.date]:
            first, last = rules.window(now, channel=channel, expert=expert)
            for offset in range((last - first).days + 1):
                date = first + offset * DAY
                closed = rules.closed_on_holidays and calendar.is_holiday(date)
                if wished(date) and not closed:
                    yield date

        return cls(tuple(days(False)), tuple(days(True)), rules.places_per_session(channel))

    def include(self) -> ColumnElement[bool]:
        """Of sessions."""
        if self.ordinary == self.expert:
            return SessionRow.date.in_(self.ordinary)
        return or_(
            and_(SessionRow.doctor_id.is_(None), SessionRow.date.in_(self.ordinary)),
            and_(SessionRow.doctor_id.is_not(None), SessionRow.date.in_(self.expert)),
        )


async def find_sessions(
    connection: AsyncConnection, query: SessionQuery, days: BookableDays, now: dt.datetime
) -> Sequence[ClinicSession]:
    """Open sessions on bookable days: the earliest place first."""
    first_free = first_free_start(now)
    statement = sessions_for(query.channel).where(
        HospitalRow.name == query.hospital,
        DepartmentRow.name == query.department,
        days.include(),
        SessionRow.status == SessionStatus.OPEN.value,
    )
    if query.doctor is not None:
        statement = statement.where(DoctorRow.name == query.doctor)
    if query.period is not None:
        statement = statement.where(SessionRow.period == query.period)
    if query.experts_only:
        statement = statement.where(SessionRow.doctor_id.is_not(None))
    if query.with_places_only:
        statement = statement.where(
            first_free.is_not(None), quota_allows(days.places_per_session, now)
        )
    opens = (
        select(func.min(SlotRow.starts))
        .where(SlotRow.session_id == SessionRow.id)
        .correlate(SessionRow)
        .scalar_subquery()
    )
    return await read_sessions(
        connection,
        statement,
        now,
        starts=func.coalesce(first_free, opens),
        limit=query.limit,
        places_per_session=days.places_per_session,
    )


async def session_by_id(
    connection: AsyncConnection, session_id: int, now: dt.datetime | None
) -> ClinicSession:
    """The session with this id, which exists; `now` as in `free_places`."""
    return (await sessions_by_id(connection, [session_id], now))[session_id]


async def sessions_by_id(
    connection: AsyncConnection,
    session_ids: Iterable[int],
    now: dt.datetime | None,
    channel: str | None = None,
) -> dict[int, ClinicSession]:
    """The sessions with these ids, which exist; their places as `channel` may take them."""
    statement = sessions_for(channel).where(SessionRow.id.in_(sorted(set(session_ids))))
    found = await read_sessions(connection, statement, now)
    return {session.id: session for session in found}


def first_free_start(now: dt.datetime) -> Any:
    """When the first band begins that has a place (and has not begun); NULL when there is none."""
    return (
        select(func.min(SlotRow.starts))
        .where(
            SlotRow.session_id == SessionRow.id,
            free_places(now) > 0,
            or_(SessionRow.date > now.date(), SlotRow.starts > now.time()),
        )
        .correlate(SessionRow)
        .scalar_subquery()
    )


def quota_allows(places_per_session: int | None, now: dt.datetime) -> ColumnElement[bool]:
    """Of the joined quota row: a place is left, or there is neither row nor rule."""
    without_row = true() if places_per_session is None or places_per_session > 0 else false()
    return or_(
        and_(SessionQuotaRow.id.is_(None), without_row),
        and_(SessionQuotaRow.id.is_not(None), free_quota(now) > 0),
    )


async def read_sessions(
    connection: AsyncConnection,
    statement: Select[Any],
    now: dt.datetime | None,
    *,
    starts: ColumnElement[Any] | None = None,
    limit: int | None = None,
    places_per_session: int | None = None,
) -> list[ClinicSession]:
    """The sessions of a `sessions_for` statement with their bands, by date and `starts`."""
    free = free_quota(now) if now is not None else SessionQuotaRow.places
    starts = (null() if starts is None else starts).label("first_start")
    chosen = (
        statement.add_columns(free.label("quota"), starts)
        .order_by(SessionRow.date, starts, SessionRow.id)
        .limit(limit)
        .cte("chosen")
    )
    rows = await connection.execute(
        select(
            chosen,
            SlotRow.id.label("slot_id"),
            SlotRow.starts,
            SlotRow.ends,
            (SlotRow.capacity - SlotRow.booked).label("not_booked"),
            free_places(now).label("free"),
        )
        .select_from(chosen)
        .join(SlotRow, SlotRow.session_id == chosen.c.id)
        .order_by(chosen.c.date, chosen.c.first_start, chosen.c.id, SlotRow.starts)
    )
    return [
        _session(list(bands), places_per_session)
        for _, bands in groupby(rows, key=lambda row: row.id)
    ]


def sessions_for(channel: str | None) -> Select[Any]:
    """Every session with its names and the channel's quota; to be narrowed by `where`."""
    columns: tuple[Any, ...] = (
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
    return (
        select(*columns)
        .select_from(SessionRow)
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .join(CampusRow, CampusRow.id == SessionRow.campus_id)
        .outerjoin(DoctorRow, DoctorRow.id == SessionRow.doctor_id)
        .outerjoin(
            SessionQuotaRow,
            and_(
                SessionQuotaRow.session_id == SessionRow.id,
                SessionQuotaRow.channel == (channel or ""),
            ),
        )
    )


def _session(rows: Sequence[Any], places_per_session: int | None) -> ClinicSession:
    """One session from its rows, one a band; the quota goes to the earliest bands."""
    row = rows[0]
    quota = row.quota if row.quota is not None else places_per_session
    bands = []
    for band in rows:
        held = band.not_booked - band.free
        free = band.free if quota is None else min(band.free, max(quota, 0))
        quota = None if quota is None else quota - free
        bands.append(SlotBand(band.slot_id, band.starts, band.ends, free, held))
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
