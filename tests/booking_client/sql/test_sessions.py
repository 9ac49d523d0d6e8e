from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.core import SqlBookingCore
from booking_client.types import ClinicSession, SessionQuery
from tests.booking_client.clinic import (
    BONES,
    HEART,
    HOSPITAL,
    IN_A_WEEK,
    KEYS,
    NOW,
    PHONE,
    TOMORROW,
    open_session,
    rules,
)

DAY = dt.timedelta(days=1)
ANY = SessionQuery(HOSPITAL, HEART, dt.date.min, dt.date.max)


def ids(sessions: Iterable[ClinicSession]) -> list[int]:
    return [session.id for session in sessions]


@pytest.fixture
async def week(core: SqlBookingCore) -> SqlBookingCore:
    """Sessions 1 to 6 of the heart department, 9 of another; NOW is the day before TOMORROW."""
    database = core.database
    await open_session(database, 1, NOW.date(), [5])
    await open_session(database, 2, TOMORROW, [0, 0])
    await open_session(database, 3, TOMORROW, [0, 2, 3], doctor_id=1)
    await open_session(database, 4, TOMORROW, [1], period="下午")
    await open_session(database, 5, TOMORROW + 2 * DAY, [1])
    await open_session(database, 6, IN_A_WEEK + DAY, [1])
    await open_session(database, 9, TOMORROW, [1], department_id=2)
    return core


async def test_only_open_places_inside_the_window_are_offered(week: SqlBookingCore) -> None:
    found = await week.find_sessions(ANY, NOW)
    assert ids(found) == [3, 4, 5]
    session = found[0]
    assert (session.hospital, session.campus, session.department) == (HOSPITAL, "本部", HEART)
    assert (session.doctor, session.doctor_title) == ("秦明月", "主任医师")
    assert (session.date, session.period, session.fee_yuan) == (TOMORROW, "上午", 16)
    assert [(band.start, band.free) for band in session.bands] == [
        (dt.time(8), 0),
        (dt.time(8, 30), 2),
        (dt.time(9), 3),
    ]
    assert session.free == 5


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"doctor": "秦明月"}, [3]),
        ({"doctor": "没有此人"}, []),
        ({"period": "下午"}, [4]),
        ({"not_on": frozenset({TOMORROW.weekday()})}, [5]),
        ({"from_date": TOMORROW + DAY}, [5]),
        ({"to_date": TOMORROW}, [3, 4]),
        ({"from_date": TOMORROW + DAY, "to_date": TOMORROW}, []),
        ({"limit": 1}, [3]),
        ({"department": BONES}, [9]),
        ({"with_places_only": False}, [2, 3, 4, 5]),
    ],
)
async def test_each_wish_narrows_the_answer(
    week: SqlBookingCore, change: dict[str, Any], expected: list[int]
) -> None:
    query = dataclasses.replace(ANY, **change)
    assert ids(await week.find_sessions(query, NOW)) == expected


async def test_the_earliest_place_comes_first_not_the_earliest_session(
    core: SqlBookingCore,
) -> None:
    await open_session(core.database, 1, TOMORROW, [0, 0, 1])
    await open_session(core.database, 2, TOMORROW, [0, 1], doctor_id=1)
    assert ids(await core.find_sessions(ANY, NOW)) == [2, 1]


async def test_a_held_place_is_not_offered_until_its_hold_expires(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    hold = await core.hold(1, channel="phone", phone=PHONE, now=NOW)
    just_before = hold.expires_at - dt.timedelta(seconds=1)
    assert ids(await core.find_sessions(ANY, just_before)) == []
    found = await core.find_sessions(ANY, hold.expires_at)
    assert ids(found) == [1]
    assert found[0].free == 1


@pytest.mark.parametrize("status", ["closed", "cancelled"])
async def test_a_session_that_is_not_open_is_not_offered(core: SqlBookingCore, status: str) -> None:
    await open_session(core.database, 1, TOMORROW, [1], status=status)
    query = dataclasses.replace(ANY, with_places_only=False)
    assert ids(await core.find_sessions(query, NOW)) == []


async def test_where_today_can_be_booked_what_has_begun_cannot(core: SqlBookingCore) -> None:
    today = SqlBookingCore(core.database, KEYS, rules(first_day=0, next_day_cut_off=None))
    await open_session(core.database, 1, NOW.date(), [1, 1, 1, 1])
    assert NOW.time() == dt.time(9)
    assert ids(await today.find_sessions(ANY, NOW)) == [1]
    hold = await today.hold(1, channel="phone", phone="", now=NOW)
    assert hold.start == dt.time(9, 30)
    assert ids(await today.find_sessions(ANY, NOW)) == []
    with pytest.raises(BookingRefused) as caught:
        await today.hold(1, channel="phone", phone="", now=NOW)
    assert caught.value.reason is Refusal.FULL


@pytest.mark.parametrize(("hospital", "department"), [("城西医院", HEART), (HOSPITAL, "占星科")])
async def test_an_unknown_name_is_refused_not_answered_with_nothing(
    week: SqlBookingCore, hospital: str, department: str
) -> None:
    query = dataclasses.replace(ANY, hospital=hospital, department=department)
    with pytest.raises(BookingRefused) as caught:
        await week.find_sessions(query, NOW)
    assert caught.value.reason is Refusal.UNKNOWN


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_database_searches_by_index_and_scans_no_table(week: SqlBookingCore) -> None:
    """PostgreSQL rightly scans tables of ten rows."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        if sql.startswith(("SELECT", "WITH")):
            asked.append((sql, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await week.find_sessions(ANY, NOW)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) == 1
    async with week.database.reading() as connection:
        for sql, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            steps = [row[-1] for row in plan]
            assert steps
            # "chosen" is the statement's own list of at most `limit` sessions.
            tables = [step for step in steps if step.startswith("SCAN") and "chosen" not in step]
            assert tables == [], steps


async def test_a_time_with_a_zone_is_a_programming_error(core: SqlBookingCore) -> None:
    with pytest.raises(ValueError, match="naive"):
        await core.find_sessions(ANY, NOW.replace(tzinfo=dt.UTC))
    async with core.database.reading() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
