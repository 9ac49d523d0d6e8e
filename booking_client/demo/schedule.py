"""The demonstration's clinic sessions: the same for the same seed and date.

On working days (make-up workdays too) a department has an ordinary clinic in
the morning and, unless it is small, in the afternoon; every doctor has a fixed
weekly half-day or two.
Weekends and public holidays have ordinary clinics in the morning only, evenings are rare. Doctors'
sessions are often full, the better the title the more often: a full session has
the capacity 0 in every band, as if the hospital had given the platform no place,
so that the counters of booked places stay true.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.demo.catalogue import DEFAULT_SEED, TITLES
from booking_client.model import (
    CampusRow,
    DepartmentRow,
    DoctorRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.rules import DAY
from booking_client.sql.database import Database
from booking_client.sql.given_ids import follow_given_ids
from booking_client.work_calendar import WorkCalendar, load_calendar

log = logging.getLogger(__name__)

MORNING, AFTERNOON, EVENING = "上午", "下午", "晚上"
_HOURS = {
    MORNING: (dt.time(8), dt.time(11, 30)),
    AFTERNOON: (dt.time(13, 30), dt.time(16, 30)),
    EVENING: (dt.time(17, 30), dt.time(19, 30)),
}
_BAND = dt.timedelta(minutes=30)
_FEE_YUAN = {None: 16, "主任医师": 40, "副主任医师": 28, "主治医师": 20}
ORDINARY_FEE_YUAN = _FEE_YUAN[None]
FEES_YUAN = tuple(sorted(_FEE_YUAN.values()))  # every fee of the demonstration
_HALF_DAYS_A_WEEK = {"主任医师": 1, "副主任医师": 2, "主治医师": 2}
_FULL_PERCENT = {None: 0, "主任医师": 30, "副主任医师": 15, "主治医师": 6}
_CAPACITY = {None: 4, "主任医师": 2, "副主任医师": 3, "主治医师": 3}
_EVENING_PERCENT = 4
_EARLY_BANDS_GONE_PERCENT = 30
_SMALL_STAFF = 2


@dataclass(slots=True)
class _Department:
    id: int
    campuses: Sequence[int]
    doctors: list[tuple[int, str]] = field(default_factory=list)  # id, title


@dataclass(frozen=True, slots=True)
class _Clinic:
    """A session to be, with the capacities of its bands."""

    department_id: int
    campus_id: int
    doctor_id: int | None
    period: str
    fee_yuan: int
    capacities: tuple[int, ...]


async def ensure_schedule(
    database: Database, today: dt.date, days: int = 14, seed: str = DEFAULT_SEED
) -> int:
    """Write the sessions of `today` and the next `days` days; returns how many were added.

    A date that has sessions already is left as it is. One transaction a date, so
    that bookings go on meanwhile.
    """
    calendar = load_calendar()
    for warning in calendar.unknown_years(today, today + days * DAY):
        log.warning("%s", warning)
    async with database.reading() as connection:
        departments = await _departments(connection)
    added = 0
    for date in (today + offset * DAY for offset in range(days + 1)):
        async with database.alone() as connection:
            there = exists().where(SessionRow.date == date)
            if not await connection.scalar(select(there)):
                clinics = _clinics(departments, date, calendar, seed)
                added += await _write_day(connection, date, clinics)
    return added


async def _departments(connection: AsyncConnection) -> list[_Department]:
    campuses: dict[int, list[int]] = {}
    for hospital_id, campus_id in await connection.execute(
        select(CampusRow.hospital_id, CampusRow.id)
        .where(CampusRow.retired_on.is_(None))
        .order_by(CampusRow.position)
    ):
        campuses.setdefault(hospital_id, []).append(campus_id)
    departments = {
        department_id: _Department(department_id, campuses[hospital_id])
        for department_id, hospital_id in await connection.execute(
            select(DepartmentRow.id, DepartmentRow.hospital_id)
            .where(DepartmentRow.retired_on.is_(None))
            .order_by(DepartmentRow.id)
        )
    }
    for department_id, doctor_id, title in await connection.execute(
        select(DoctorRow.department_id, DoctorRow.id, DoctorRow.title)
        .join(DepartmentRow, DepartmentRow.id == DoctorRow.department_id)
        .where(DoctorRow.retired_on.is_(None), DepartmentRow.retired_on.is_(None))
        .order_by(DoctorRow.id)
    ):
        # An imported catalogue may have other titles.
        known = title if title in TITLES else TITLES[-1]
        departments[department_id].doctors.append((doctor_id, known))
    return list(departments.values())


def _clinics(
    departments: Sequence[_Department], date: dt.date, calendar: WorkCalendar, seed: str
) -> Iterator[_Clinic]:
    chance = random.Random(f"{seed}/{date.isoformat()}")
    for department in departments:
        for period in _ordinary_periods(department, date, calendar, chance):
            campus = department.campuses[0]
            yield _clinic(department.id, campus, None, None, period, chance)
        for doctor_id, title in department.doctors:
            week = random.Random(f"{seed}/{doctor_id}")
            half_days = week.sample(range(10), _HALF_DAYS_A_WEEK[title])
            campus = week.choice(department.campuses)
            for half_day, period in enumerate((MORNING, AFTERNOON), start=2 * date.weekday()):
                if half_day in half_days:
                    yield _clinic(department.id, campus, doctor_id, title, period, chance)


def _ordinary_periods(
    department: _Department, date: dt.date, calendar: WorkCalendar, chance: random.Random
) -> Sequence[str]:
    if not calendar.has_weekday_clinics(date):
        return (MORNING,)
    periods = [MORNING]
    if len(department.doctors) > _SMALL_STAFF:
        periods.append(AFTERNOON)
        if chance.randrange(100) < _EVENING_PERCENT:
            periods.append(EVENING)
    return periods


def _clinic(
    department_id: int,
    campus_id: int,
    doctor_id: int | None,
    title: str | None,
    period: str,
    chance: random.Random,
) -> _Clinic:
    bands = len(BANDS_OF[period])
    if chance.randrange(100) < _FULL_PERCENT[title]:
        gone = bands
    elif chance.randrange(100) < _EARLY_BANDS_GONE_PERCENT:
        gone = chance.randrange(1, bands)
    else:
        gone = 0
    capacities = (0,) * gone + (_CAPACITY[title],) * (bands - gone)
    return _Clinic(department_id, campus_id, doctor_id, period, _FEE_YUAN[title], capacities)


def _bands(starts: dt.time, ends: dt.time) -> tuple[tuple[dt.time, dt.time], ...]:
    day = dt.date.min
    edge, last = dt.datetime.combine(day, starts), dt.datetime.combine(day, ends)
    bands = []
    while edge < last:
        bands.append((edge.time(), (edge + _BAND).time()))
        edge += _BAND
    return tuple(bands)


BANDS_OF = {period: _bands(*hours) for period, hours in _HOURS.items()}


async def _write_day(connection: AsyncConnection, date: dt.date, clinics: Iterator[_Clinic]) -> int:
    next_id = (await connection.scalar(select(func.max(SessionRow.id))) or 0) + 1
    session_rows: list[dict[str, Any]] = []
    slot_rows: list[dict[str, Any]] = []
    for session_id, clinic in enumerate(clinics, start=next_id):
        session_rows.append(
            {
                "id": session_id,
                "department_id": clinic.department_id,
                "campus_id": clinic.campus_id,
                "doctor_id": clinic.doctor_id,
                "date": date,
                "period": clinic.period,
                "fee_yuan": clinic.fee_yuan,
                "status": SessionStatus.OPEN.value,
            }
        )
        for (starts, ends), capacity in zip(
            BANDS_OF[clinic.period], clinic.capacities, strict=True
        ):
            slot_rows.append(
                {
                    "session_id": session_id,
                    "starts": starts,
                    "ends": ends,
                    "capacity": capacity,
                    "held": 0,
                    "booked": 0,
                }
            )
    if session_rows:
        await connection.execute(insert(SessionRow), session_rows)
        await connection.execute(insert(SlotRow), slot_rows)
        await follow_given_ids(connection, SessionRow)
    return len(session_rows)
