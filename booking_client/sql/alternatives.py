"""The nearest sessions to one that cannot be had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, case, false, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    DepartmentRow,
    HospitalRow,
    SessionQuotaRow,
    SessionRow,
    SessionStatus,
)
from booking_client.rules import Rules
from booking_client.sql.sessions import (
    BookableDays,
    first_free_start,
    quota_allows,
    sessions_by_id,
)
from booking_client.types import Alternative, ClinicSession, Nearness
from booking_client.work_calendar import WorkCalendar

# Of each kind a few are looked at and the first that can be booked is taken: what another
# hospital's rules allow is known only once the candidates are.
_CANDIDATES = 4
_EVERY_HOSPITAL = 100_000  # a LIMIT keeps the order of a subquery, so that the search ends early


async def alternatives(
    connection: AsyncConnection,
    session_id: int,
    *,
    rules: Rules,
    calendar: WorkCalendar,
    channel: str | None,
    now: dt.datetime,
) -> Sequence[Alternative]:
    """At most one of each kind, in the order of `Nearness`.

    The same doctor (or ordinary clinic) on the nearest other day; the same day
    in the same department; the same department of another hospital, on the same
    day and in the same district if there is one. Raises BookingRefused (unknown).
    """
    wish = await _wish(connection, session_id)
    own = BookableDays.by(rules.of(wish.hospital, now.date()), calendar, channel, now)
    rows = await connection.execute(
        union_all(
            *(
                select(branch.subquery())
                for branch in (
                    _same_doctor(wish, own, channel, now),
                    _same_day(wish, own, channel, now),
                    _elsewhere(wish, [wish.date], now, place=2),
                    _elsewhere(wish, _near_days(wish, own), now, place=3),
                )
            )
        )
    )
    candidates = sorted(rows.all(), key=lambda row: (row.place, row.nth))
    found = await sessions_by_id(connection, [row.id for row in candidates], now, channel)
    chosen: dict[Nearness, Alternative] = {}
    for row in candidates:
        nearness, session = _NEARNESS[row.place], found[row.id]
        taken = nearness in chosen or any(session.id == each.session.id for each in chosen.values())
        if not taken and _can_be_booked(session, rules, calendar, channel, now):
            chosen[nearness] = Alternative(nearness, session)
    return [chosen[nearness] for nearness in Nearness if nearness in chosen]


_NEARNESS = (
    Nearness.SAME_DOCTOR,
    Nearness.SAME_DAY,
    Nearness.SAME_DEPARTMENT,
    Nearness.SAME_DEPARTMENT,
)
Wish = Row[int, dt.date, str, int | None, int, str, str, int, str]


async def _wish(connection: AsyncConnection, session_id: int) -> Wish:
    rows = await connection.execute(
        select(
            SessionRow.id,
            SessionRow.date,
            SessionRow.period,
            SessionRow.doctor_id,
            SessionRow.department_id,
            DepartmentRow.name.label("department"),
            HospitalRow.name.label("hospital"),
            HospitalRow.id.label("hospital_id"),
            HospitalRow.district,
        )
        .join(DepartmentRow, DepartmentRow.id == SessionRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(SessionRow.id == session_id)
    )
    wish = rows.one_or_none()
    if wish is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {session_id}")
    return wish


def _candidates(place: int, nth: Any) -> Select[Any]:
    return select(SessionRow.id, literal(place).label("place"), nth.label("nth")).where(
        SessionRow.status == SessionStatus.OPEN.value
    )


def _distance(wish: Wish, days: Sequence[dt.date]) -> Any:
    """How many days a session is from the wish; later before earlier."""
    distances: Mapping[Any, int] = {
        day: 2 * abs((day - wish.date).days) - (day >= wish.date) for day in days
    }
    return case(distances, value=SessionRow.date) if distances else literal(0)


def _with_quota(
    statement: Select[Any], own: BookableDays, channel: str | None, now: dt.datetime
) -> Select[Any]:
    return statement.outerjoin(
        SessionQuotaRow,
        and_(
            SessionQuotaRow.session_id == SessionRow.id, SessionQuotaRow.channel == (channel or "")
        ),
    ).where(quota_allows(own.places_per_session, now))


def _same_doctor(
    wish: Wish, own: BookableDays, channel: str | None, now: dt.datetime
) -> Select[Any]:
    same = (
        SessionRow.doctor_id == wish.doctor_id
        if wish.doctor_id is not None
        else and_(SessionRow.doctor_id.is_(None), SessionRow.department_id == wish.department_id)
    )
    distance = _distance(wish, own.expert if wish.doctor_id is not None else own.ordinary)
    statement = _candidates(0, distance).where(
        same, SessionRow.id != wish.id, own.include(), first_free_start(now).is_not(None)
    )
    statement = _with_quota(statement, own, channel, now)
    return statement.order_by(distance, SessionRow.id).limit(_CANDIDATES)


def _same_day(wish: Wish, own: BookableDays, channel: str | None, now: dt.datetime) -> Select[Any]:
    """Another doctor's before the ordinary clinic's, the same part of the day first."""
    rank = case((SessionRow.period == wish.period, 0), else_=1) + case(
        (SessionRow.doctor_id.is_(None), 2), else_=0
    )
    another = (
        or_(SessionRow.doctor_id.is_(None), SessionRow.doctor_id != wish.doctor_id)
        if wish.doctor_id is not None
        else SessionRow.doctor_id.is_not(None)
    )
    statement = _candidates(1, rank).where(
        SessionRow.department_id == wish.department_id,
        SessionRow.date == wish.date,
        another,
        own.include(),
        first_free_start(now).is_not(None),
    )
    statement = _with_quota(statement, own, channel, now)
    return statement.order_by(rank, SessionRow.id).limit(_CANDIDATES)


def _near_days(wish: Wish, own: BookableDays) -> list[dt.date]:
    return sorted(set(own.ordinary) - {wish.date}, key=lambda day: abs((day - wish.date).days))


def _elsewhere(wish: Wish, days: Sequence[dt.date], now: dt.datetime, *, place: int) -> Select[Any]:
    """Hospitals of the same district first; of each its nearest session with a place."""
    far = case((HospitalRow.district == wish.district, 0), else_=1)
    near = (
        select(DepartmentRow.id, far.label("far"), HospitalRow.position)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(DepartmentRow.name == wish.department, HospitalRow.id != wish.hospital_id)
        .order_by(far, HospitalRow.position)
        .limit(_EVERY_HOSPITAL)
        .subquery("near")
    )
    session = (
        select(SessionRow.id)
        .where(
            SessionRow.department_id == near.c.id,
            SessionRow.date.in_(days) if days else false(),
            SessionRow.status == SessionStatus.OPEN.value,
            first_free_start(now).is_not(None),
        )
        .order_by(_distance(wish, days), SessionRow.period != wish.period, SessionRow.id)
        .limit(1)
        .correlate(near)
        .scalar_subquery()
    )
    nth = near.c.far * _EVERY_HOSPITAL + near.c.position
    found = (
        select(session.label("id"), literal(place).label("place"), nth.label("nth"))
        .limit(_EVERY_HOSPITAL)
        .subquery(f"found_{place}")
    )
    return select(found).where(found.c.id.is_not(None)).limit(_CANDIDATES)


def _can_be_booked(
    session: ClinicSession,
    rules: Rules,
    calendar: WorkCalendar,
    channel: str | None,
    now: dt.datetime,
) -> bool:
    own = rules.of(session.hospital, now.date())
    places = own.places_per_session(channel)
    days = BookableDays.by(own, calendar, channel, now)
    bookable = days.ordinary if session.doctor is None else days.expert
    return session.date in bookable and session.free > 0 and places != 0
