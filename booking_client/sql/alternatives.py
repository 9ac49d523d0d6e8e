"""The nearest sessions to one that cannot be had."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    union_all,
)
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
from booking_client.sql.moment import at, days_apart
from booking_client.sql.sessions import (
    BookableDays,
    first_free_start,
    on_bookable_days,
    quota_allows,
    quota_of_channel,
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
    facts = await connection.execute(_WISH, {"session_id": session_id})
    wish = facts.one_or_none()
    if wish is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {session_id}")
    own = BookableDays.by(rules.of(wish.hospital, now.date()), calendar, channel, now)
    statement = _candidates_of(wish.doctor_id is not None, own.are_the_same, own.without_quota_row)
    values = {
        **{f"wish_{name}": value for name, value in wish._mapping.items()},
        "channel": channel or "",
        **own.values(),
        **at(now),
    }
    rows = await connection.execute(statement, values)
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
_WISH = (
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
    .where(SessionRow.id == bindparam("session_id"))
)


def _wish(name: str) -> ColumnElement[Any]:
    """A parameter: what the wished session has in this column."""
    return bindparam(f"wish_{name}", type_=Date() if name == "date" else None)


@functools.cache
def _candidates_of(expert: bool, same_days: bool, without_quota_row: bool) -> CompoundSelect[Any]:
    """The candidates of every kind: id, `place` of the kind, and the order `nth` within it."""
    return union_all(
        *(
            select(branch.subquery())
            for branch in (
                _same_doctor(expert, same_days, without_quota_row),
                _same_day(expert, same_days, without_quota_row),
                _elsewhere(SessionRow.date == _wish("date"), place=2),
                _elsewhere(
                    and_(on_bookable_days(same_days), SessionRow.date != _wish("date")), place=3
                ),
            )
        )
    )


def _open_sessions(place: int, nth: ColumnElement[Any]) -> Select[Any]:
    return select(SessionRow.id, literal(place).label("place"), nth.label("nth")).where(
        SessionRow.status == SessionStatus.OPEN.value, first_free_start().is_not(None)
    )


def _distance() -> ColumnElement[Any]:
    """How far a session's day is from the wish's; later before earlier."""
    later = case((SessionRow.date >= _wish("date"), 1), else_=0)
    return 2 * days_apart(SessionRow.date, _wish("date")) - later


def _bookable(statement: Select[Any], same_days: bool, without_quota_row: bool) -> Select[Any]:
    return statement.outerjoin(SessionQuotaRow, quota_of_channel()).where(
        on_bookable_days(same_days), quota_allows(without_quota_row)
    )


def _same_doctor(expert: bool, same_days: bool, without_quota_row: bool) -> Select[Any]:
    same = (
        SessionRow.doctor_id == _wish("doctor_id")
        if expert
        else and_(
            SessionRow.doctor_id.is_(None), SessionRow.department_id == _wish("department_id")
        )
    )
    distance = _distance()
    statement = _open_sessions(0, distance).where(same, SessionRow.id != _wish("id"))
    statement = _bookable(statement, same_days, without_quota_row)
    return statement.order_by(distance, SessionRow.id).limit(_CANDIDATES)


def _same_day(expert: bool, same_days: bool, without_quota_row: bool) -> Select[Any]:
    """Another doctor's before the ordinary clinic's, the same part of the day first."""
    rank = case((SessionRow.period == _wish("period"), 0), else_=1) + case(
        (SessionRow.doctor_id.is_(None), 2), else_=0
    )
    another = (
        or_(SessionRow.doctor_id.is_(None), SessionRow.doctor_id != _wish("doctor_id"))
        if expert
        else SessionRow.doctor_id.is_not(None)
    )
    statement = _open_sessions(1, rank).where(
        SessionRow.department_id == _wish("department_id"),
        SessionRow.date == _wish("date"),
        another,
    )
    statement = _bookable(statement, same_days, without_quota_row)
    return statement.order_by(rank, SessionRow.id).limit(_CANDIDATES)


def _elsewhere(on_days: ColumnElement[bool], *, place: int) -> Select[Any]:
    """Hospitals of the same district first; of each its nearest session with a place.

    The days are those of the wish's own hospital: what the other's rules say to
    them is asked afterwards.
    """
    far = case((HospitalRow.district == _wish("district"), 0), else_=1)
    near = (
        select(DepartmentRow.id, far.label("far"), HospitalRow.position)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(DepartmentRow.name == _wish("department"), HospitalRow.id != _wish("hospital_id"))
        .order_by(far, HospitalRow.position)
        .limit(_EVERY_HOSPITAL)
        .subquery(f"near_{place}")
    )
    session = (
        select(SessionRow.id)
        .where(
            SessionRow.department_id == near.c.id,
            on_days,
            SessionRow.status == SessionStatus.OPEN.value,
            first_free_start().is_not(None),
        )
        .order_by(_distance(), SessionRow.period != _wish("period"), SessionRow.id)
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
