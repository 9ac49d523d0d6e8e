"""A whole platform's catalogue and two weeks of sessions in a database, for measurements.

1x is the platform of the bulletin: 163 hospitals, 11,484 departments, about
60,000 doctors, 14 days of sessions. Rows are made in memory and written through
the fastest door of each database (sqlite3's executemany, PostgreSQL's COPY);
nothing else is done this way.
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

NOW = dt.datetime(2026, 11, 24, 9, 0)
DAYS = 14
HOSPITALS, DEPARTMENTS, DOCTORS = 163, 11_484, 60_000
DISTRICTS = ("玄武区", "秦淮区", "建邺区", "鼓楼区", "浦口区", "栖霞区", "雨花台区", "江宁区")
KINDS = 90  # different department names
_FULL_PERCENT = 40
_BANDS = {"上午": (8 * 60, 7), "下午": (13 * 60 + 30, 6)}

Row = tuple[Any, ...]


@dataclass(slots=True)
class Platform:
    """The rows of a platform `scale` times the bulletin's."""

    scale: int

    def hospitals(self) -> Iterator[Row]:
        for number in range(1, HOSPITALS * self.scale + 1):
            district = DISTRICTS[number % len(DISTRICTS)]
            yield number, f"第{number}医院", "[]", "南京市", district, "三级", number

    def campuses(self) -> Iterator[Row]:
        for number in range(1, HOSPITALS * self.scale + 1):
            yield number, number, "本部", 1

    def groups(self) -> Iterator[Row]:
        for number in range(1, HOSPITALS * self.scale + 1):
            yield number, number, "临床"

    def departments(self) -> Iterator[Row]:
        for number in range(1, DEPARTMENTS * self.scale + 1):
            hospital, kind = self.place_of(number)
            yield number, hospital, hospital, f"科{kind}", "[]", kind

    def place_of(self, department: int) -> tuple[int, int]:
        """Hospital and kind of a department: the kinds are spread evenly."""
        hospitals = HOSPITALS * self.scale
        return (department - 1) % hospitals + 1, (department - 1) // hospitals % KINDS + 1

    def doctors(self) -> Iterator[Row]:
        for number in range(1, DOCTORS * self.scale + 1):
            department = self.department_of(number)
            yield number, department, f"医生{number}", "主任医师", "高血压、冠心病"

    def department_of(self, doctor: int) -> int:
        return (doctor - 1) % (DEPARTMENTS * self.scale) + 1

    def sessions(self) -> Iterator[Row]:
        """Ordinary clinics every morning and, on weekdays, afternoon; a doctor two half-days."""
        number = 0
        dates = [NOW.date() + dt.timedelta(days=day) for day in range(1, DAYS + 1)]
        for department in range(1, DEPARTMENTS * self.scale + 1):
            campus = self.place_of(department)[0]
            for date in dates:
                for period in _BANDS if date.weekday() < 5 else ("上午",):
                    number += 1
                    yield number, department, campus, None, date, period, 16, "open"
        for doctor in range(1, DOCTORS * self.scale + 1):
            department = self.department_of(doctor)
            campus = self.place_of(department)[0]
            for date in dates[doctor % 5 :: 7]:
                number += 1
                period = "上午" if doctor % 2 else "下午"
                yield number, department, campus, doctor, date, period, 40, "open"

    def coming_week(self, department: int) -> range:
        """The numbers of the department's ordinary sessions of the next seven days."""
        week = 5 * len(_BANDS) + 2
        first = (department - 1) * DAYS // 7 * week + 1
        return range(first, first + week)

    def slots(self, sessions: Iterable[Row]) -> Iterator[Row]:
        chance = random.Random(self.scale)
        number = 0
        for session in sessions:
            first, bands = _BANDS[session[5]]
            full = session[3] is not None and chance.randrange(100) < _FULL_PERCENT
            for band in range(bands):
                number += 1
                starts = first + 30 * band
                booked = 3 if full else chance.randrange(4)
                yield (
                    *(number, session[0], _clock(starts), _clock(starts + 30)),
                    *(3, 0, booked),
                )


def _clock(minutes: int) -> dt.time:
    return dt.time(minutes // 60, minutes % 60)


_COLUMNS = {
    "hospital": ("id", "name", "aliases", "city", "district", "level", "position"),
    "campus": ("id", "hospital_id", "name", "position"),
    "department_group": ("id", "hospital_id", "name"),
    "department": ("id", "hospital_id", "group_id", "name", "aliases", "position"),
    "doctor": ("id", "department_id", "name", "title", "expertise"),
    "clinic_session": (
        *("id", "department_id", "campus_id", "doctor_id"),
        *("date", "period", "fee_yuan", "status"),
    ),
    "slot": ("id", "session_id", "starts", "ends", "capacity", "held", "booked"),
}


def _tables(platform: Platform) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "hospital", platform.hospitals()
    yield "campus", platform.campuses()
    yield "department_group", platform.groups()
    yield "department", platform.departments()
    yield "doctor", platform.doctors()
    yield "clinic_session", platform.sessions()
    yield "slot", platform.slots(platform.sessions())


async def fill(url: str, scale: int) -> dict[str, int]:
    """Write a platform into a migrated, empty database; returns the number of rows by table."""
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        assert parsed.database is not None
        return _fill_sqlite(parsed.database, Platform(scale))
    return await _fill_postgresql(parsed.query, parsed.username, parsed.database, Platform(scale))


def _fill_sqlite(path: str, platform: Platform) -> dict[str, int]:
    # Times as SQLAlchemy writes them.
    sqlite3.register_adapter(dt.time, lambda time: time.isoformat("microseconds"))
    sqlite3.register_adapter(dt.date, dt.date.isoformat)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    for table, rows in _tables(platform):
        columns = _COLUMNS[table]
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        connection.executemany(insert, rows)
        connection.commit()
    connection.execute("ANALYZE")
    connection.commit()
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in _COLUMNS
    }
    connection.close()
    return counts


async def _fill_postgresql(
    query: Any, user: str | None, database: str | None, platform: Platform
) -> dict[str, int]:
    connection = await asyncpg.connect(host=query["host"], user=user, database=database)
    for table, rows in _tables(platform):
        await connection.copy_records_to_table(table, records=rows, columns=_COLUMNS[table])
    await connection.execute("VACUUM ANALYZE")
    counts = {
        table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in _COLUMNS
    }
    await connection.close()
    return counts
