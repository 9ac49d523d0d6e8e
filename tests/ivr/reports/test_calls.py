from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booking_client.month import Month
from booking_client.sql.database import Database, open_database
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallLog, CallStart
from ivr.call_log.records import DEMONSTRATION
from ivr.reports.calls import CallFigures, calls_by_category
from ivr.reports.demo_calls import load_calls, write_calls

FEBRUARY = Month(2021, 2)


@pytest.fixture
async def call_log(tmp_path: Path) -> AsyncIterator[CallLog]:
    log = await CallLog.open(f"sqlite:///{tmp_path}/calls.db")
    yield log
    await log.close()


@pytest.fixture
async def database(call_log: CallLog, tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/calls.db")
    yield database
    await database.close()


async def test_a_call_counts_in_its_month_and_category(
    call_log: CallLog, database: Database
) -> None:
    for number, at in enumerate(
        (
            dt.datetime(2021, 1, 31, 23, 59),
            dt.datetime(2021, 2, 1),
            dt.datetime(2021, 2, 28, 23, 59),
            dt.datetime(2021, 3, 1),
        )
    ):
        await call_log.call_started(CallStart(f"call-{number}", at))
        await call_log.concluded(f"call-{number}", Outcome.BOOKED, Category.BOOKING, Reason.HUNG_UP)
    await call_log.call_started(CallStart("open", dt.datetime(2021, 2, 2)))
    calls = await calls_by_category(database, FEBRUARY)
    assert calls.by_category[Category.BOOKING] == 2
    assert sum(calls.by_category.values()) == 2
    assert calls.without == 1


async def test_demonstration_calls_are_in_no_official_table(
    call_log: CallLog, database: Database
) -> None:
    for version in ("0.1.0", DEMONSTRATION):
        start = CallStart(version, dt.datetime(2021, 2, 2), version=version)
        await call_log.call_started(start)
        await call_log.concluded(version, Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    await call_log.call_started(CallStart("open", dt.datetime(2021, 2, 2), version=DEMONSTRATION))
    calls = await calls_by_category(database, FEBRUARY)
    assert calls.by_category[Category.BOOKING] == 1
    assert (calls.without, calls.invented) == (0, 2)


async def test_invented_calls_are_as_many_as_they_should_be(database: Database) -> None:
    wanted = {category: 10 * number for number, category in enumerate(Category, 1)}
    assert await write_calls(database, FEBRUARY, wanted, seed="1") == sum(wanted.values())
    assert await write_calls(database, FEBRUARY, wanted, seed="1") == 0
    assert await calls_by_category(database, FEBRUARY) == CallFigures(wanted)


async def test_invented_calls_are_calls_like_any(call_log: CallLog, database: Database) -> None:
    await write_calls(database, FEBRUARY, {Category.CRISIS: 1}, seed="1")
    (call,) = await call_log.list()
    assert (call.outcome, call.reason) == (Outcome.TRANSFERRED, Reason.CRISIS)
    assert call.answered_at is not None
    assert call.ended_at is not None
    assert call.started_at < call.answered_at < call.ended_at


def test_the_bulletins_calls() -> None:
    assert sum(load_calls(FEBRUARY).values()) == 63_229
