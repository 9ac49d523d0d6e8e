"""Clinic sessions as the dialogue asks for them, each question one statement."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    null,
    or_,
    select,
    true,
)
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
from booking_client.sql.inventory import free_places, free_quota, places_not_taken
from booking_client.sql.moment import CLOCK, TODAY, at
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

    @property
    def are_the_same(self) -> bool:
        return self.ordinary == self.expert

    @property
    def without_quota_row(self) -> bool:
        """Whether a session is open to the channel that has no quota row for it."""
        return self.places_per_session is None or self.places_per_session > 0

    def values(self) -> dict[str, Any]:
        """Of the parameters of `on_bookable_days`."""
        return {"ordinary_days": self.ordinary, "expert_days": self.expert}


def on_bookable_days(are_the_same: bool) -> ColumnElement[bool]:
    """Of sessions; `BookableDays.values` says which days."""
    ordinary = SessionRow.date.in_(bindparam("ordinary_days", expanding=True))
    if are_the_same:
        return ordinary
    expert = SessionRow.date.in_(bindparam("expert_days", expanding=True))
    return or_(
        and_(SessionRow.doctor_id.is_(None), ordinary),
        and_(SessionRow.doctor_id.is_not(None), expert),
    )


async def find_sessions(
    connection: AsyncConnection, query: SessionQuery, days: BookableDays, now: dt.datetime
) -> Sequence[ClinicSession]:
    """Open sessions on bookable days: the earliest place first."""
    statement = _wished(
        doctor=query.doctor is not None,
        period=query.period is not None,
        experts_only=query.experts_only,
        with_places=query.with_places_only,
        same_days=days.are_the_same,
        without_quota_row=days.without_quota_row,
    )
    values = {
        "hospital": query.hospital,
        "department": query.department,
        "doctor": query.doctor,
        "period": query.period,
        "channel": query.channel or "",
        "most": query.limit,
        **days.values(),
        **at(now),
    }
    return _read(await connection.execute(statement, values), days.places_per_session)


@functools.cache
def _wished(
    *,
    doctor: bool,
    period: bool,
    experts_only: bool,
    with_places: bool,
    same_days: bool,
    without_quota_row: bool,
) -> Select[Any]:
    first_free = first_free_start()
    statement = _sessions().where(
        HospitalRow.name == bindparam("hospital"),
        DepartmentRow.name == bindparam("department"),
        on_bookable_days(same_days),
        SessionRow.status == SessionStatus.OPEN.value,
    )
    if doctor:
        statement = statement.where(DoctorRow.name == bindparam("doctor"))
    if period:
        statement = statement.where(SessionRow.period == bindparam("period"))
    if experts_only:
        statement = statement.where(SessionRow.doctor_id.is_not(None))
    if with_places:
        statement = statement.where(first_free.is_not(None), quota_allows(without_quota_row))
    opens = (
        select(func.min(SlotRow.starts))
        .where(SlotRow.session_id == SessionRow.id)
        .correlate(SessionRow)
        .scalar_subquery()
    )
    starts = func.coalesce(first_free, opens)
    return _with_bands(statement, starts=starts, limit=bindparam("most", type_=Integer()))


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
    values: dict[str, Any] = {"ids": sorted(set(session_ids)), "channel": channel or ""}
    if now is not None:
        values |= at(now)
    rows = await connection.execute(_by_id(at_a_moment=now is not None), values)
    return {session.id: session for session in _read(rows, None)}


@functools.cache
def _by_id(*, at_a_moment: bool) -> Select[Any]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return _with_bands(_sessions().where(SessionRow.id.in_(ids)), at_a_moment=at_a_moment)


def first_free_start() -> Any:
    """When the first band begins that has a place (and has not begun); NULL when there is none."""
    return (
        select(func.min(SlotRow.starts))
        .where(
            SlotRow.session_id == SessionRow.id,
            free_places() > 0,
            or_(SessionRow.date > TODAY, SlotRow.starts > CLOCK),
        )
        .correlate(SessionRow)
        .scalar_subquery()
    )


def quota_allows(without_row: bool) -> ColumnElement[bool]:
    """Of the joined quota row: a place is left; `without_row` is what holds without a row."""
    return or_(
        and_(SessionQuotaRow.id.is_(None), true() if without_row else false()),
        and_(SessionQuotaRow.id.is_not(None), free_quota() > 0),
    )


def quota_of_channel() -> ColumnElement[bool]:
    """The join to the channel's quota row of a session."""
    return and_(
        SessionQuotaRow.session_id == SessionRow.id,
        SessionQuotaRow.channel == bindparam("channel"),
    )


def _with_bands(
    statement: Select[Any],
    *,
    starts: ColumnElement[Any] | None = None,
    limit: ColumnElement[int] | None = None,
    at_a_moment: bool = True,
) -> Select[Any]:
    """The first `limit` sessions of the statement by date and `starts`, each with its bands."""
    quota = free_quota() if at_a_moment else SessionQuotaRow.places
    starts = (null() if starts is None else starts).label("first_start")
    chosen = (
        statement.add_columns(quota.label("quota"), starts)
        .order_by(SessionRow.date, starts, SessionRow.id)
        .limit(limit)
        .cte("chosen")
    )
    return (
        select(
            chosen,
            SlotRow.id.label("slot_id"),
            SlotRow.starts,
            SlotRow.ends,
            (SlotRow.capacity - SlotRow.booked).label("not_booked"),
            (free_places() if at_a_moment else places_not_taken()).label("free"),
        )
        .select_from(chosen)
        .join(SlotRow, SlotRow.session_id == chosen.c.id)
        .order_by(chosen.c.date, chosen.c.first_start, chosen.c.id, SlotRow.starts)
    )


def _read(rows: Iterable[Any], places_per_session: int | None) -> list[ClinicSession]:
    return [
        _session(list(bands), places_per_session)
        for _, bands in groupby(rows, key=lambda row: row.id)
    ]


def _sessions() -> Select[Any]:
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
        .outerjoin(SessionQuotaRow, quota_of_channel())
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
