from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import booking_client
from booking_client.demo.catalogue import DEFAULT_SEED
from booking_client.demo.schedule import ensure_schedule
from booking_client.demo.seed import seed_database, seed_demo
from booking_client.sql.core import SqlBookingCore
from booking_client.types import SessionQuery
from tests.booking_client.clinic import KEYS, rules
from tests.booking_client.truth import falsehoods

FRIDAY = dt.date(2026, 11, 27)
SUNDAY = FRIDAY + dt.timedelta(days=2)
NOW = dt.datetime.combine(FRIDAY - dt.timedelta(days=1), dt.time(9))
PICTURE = """
    SELECT hospital.name, department.name, coalesce(doctor.name, ''), date, period, campus.name,
           starts, capacity
    FROM slot JOIN clinic_session ON clinic_session.id = slot.session_id
    JOIN department ON department.id = clinic_session.department_id
    JOIN hospital ON hospital.id = department.hospital_id
    JOIN campus ON campus.id = campus_id LEFT JOIN doctor ON doctor.id = doctor_id
    WHERE date = :date ORDER BY 1, 2, 3, 4, 5, 6, 7"""


@asynccontextmanager
async def open_demo(
    today: dt.date, days: int, seed: str = DEFAULT_SEED
) -> AsyncIterator[SqlBookingCore]:
    core = await booking_client.connect_database("sqlite://", keys=KEYS, rules=rules())
    try:
        await seed_database(core.database, today, days, seed)
        yield core
    finally:
        await core.close()


@pytest.fixture
async def demo() -> AsyncIterator[SqlBookingCore]:
    """The demonstration from Friday to Sunday, in memory."""
    async with open_demo(FRIDAY, days=2) as core:
        yield core


async def ask(core: SqlBookingCore, query: str, **values: object) -> list[tuple[Any, ...]]:
    async with core.database.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(query), values)]


async def test_a_dates_sessions_depend_on_nothing_but_seed_and_date(demo: SqlBookingCore) -> None:
    async with open_demo(SUNDAY, days=0) as other:
        await ensure_schedule(other.database, FRIDAY, days=0)
        for date in (FRIDAY, SUNDAY):
            picture = await ask(demo, PICTURE, date=date.isoformat())
            assert picture == await ask(other, PICTURE, date=date.isoformat())


async def test_another_seed_gives_other_sessions(demo: SqlBookingCore) -> None:
    friday = FRIDAY.isoformat()
    async with open_demo(FRIDAY, days=0, seed="other") as other:
        assert await ask(demo, PICTURE, date=friday) != await ask(other, PICTURE, date=friday)


async def test_what_is_there_stays_and_only_new_dates_are_added(demo: SqlBookingCore) -> None:
    async with demo.database.writing() as connection:
        await connection.execute(text("UPDATE slot SET capacity = 9 WHERE id = 1"))
    before = await ask(demo, "SELECT count(*) FROM clinic_session")
    assert await ensure_schedule(demo.database, FRIDAY, days=2) == 0
    assert await ask(demo, "SELECT count(*) FROM clinic_session") == before
    assert await ask(demo, "SELECT capacity FROM slot WHERE id = 1") == [(9,)]
    added = await ensure_schedule(demo.database, FRIDAY, days=3)
    assert added > 0
    dates = await ask(demo, "SELECT DISTINCT date FROM clinic_session ORDER BY date")
    assert len(dates) == 4


async def test_weekends_have_fewer_sessions_and_evenings_are_rare(demo: SqlBookingCore) -> None:
    counts = dict(await ask(demo, "SELECT date, count(*) FROM clinic_session GROUP BY date"))
    friday, sunday = counts[FRIDAY.isoformat()], counts[SUNDAY.isoformat()]
    assert 0 < sunday < friday / 2
    [(evenings,)] = await ask(demo, "SELECT count(*) FROM clinic_session WHERE period = '晚上'")
    assert 0 < evenings < friday / 20


async def test_some_sessions_are_full_but_every_department_has_a_place(
    demo: SqlBookingCore,
) -> None:
    full = await ask(
        demo, "SELECT session_id FROM slot GROUP BY session_id HAVING sum(capacity) = 0"
    )
    assert len(full) > 100
    without = await ask(
        demo,
        """SELECT id FROM department WHERE NOT EXISTS (
            SELECT 1 FROM slot JOIN clinic_session ON clinic_session.id = session_id
            WHERE department_id = department.id AND capacity > 0 AND date = :date)""",
        date=FRIDAY.isoformat(),
    )
    assert without == []
    async with demo.database.reading() as connection:
        assert await falsehoods(connection) == []


async def test_a_second_campus_has_sessions_of_its_own(demo: SqlBookingCore) -> None:
    children = "南京市儿童医院"
    everything = [
        session.campus
        for department in await demo.departments(children)
        for session in await demo.find_sessions(
            SessionQuery(children, department.name, FRIDAY, FRIDAY, limit=99), NOW
        )
    ]
    assert set(everything) == {"广州路院区", "河西院区"}


async def test_seeding_a_file_twice_is_harmless(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo/booking.db"
    assert await seed_demo(url, FRIDAY, days=0) > 1000
    assert await seed_demo(url, FRIDAY, days=0) == 0
