"""A day counted from a real call log, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from booking_client.sql.database import open_database
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Command, Scored, Slot, Understanding
from ivr.board.figures import Figures, NameCorrection
from ivr.board.migrations.upgrade import SCHEMA
from ivr.board.model import Base
from ivr.board.store import FRESH_SECONDS, Board
from ivr.call_log import CallLog
from tests.ivr.board.log_of_calls import turn, write_call

TODAY = dt.date(2026, 11, 25)
YESTERDAY = dt.date(2026, 11, 24)


class SetClock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 11, 25, 10)
        self.seconds = 0.0

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def log(url: str) -> AsyncIterator[CallLog]:
    log = await CallLog.open(url)
    yield log
    await log.close()


@pytest.fixture
async def board(url: str, log: CallLog, clock: SetClock) -> AsyncIterator[Board]:
    board = await Board.open(url, clock.now, clock.monotonic)
    yield board
    await board.close()


def at(hour: int, day: dt.date = YESTERDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, 59, 59))


async def test_a_day_is_counted_by_hour_and_outcome(log: CallLog, board: Board) -> None:
    await write_call(log, 1, at(8))
    await write_call(log, 2, at(8), Outcome.TRANSFERRED, Reason.KEY_ZERO)
    await write_call(log, 3, at(23))
    await write_call(log, 4, at(0, TODAY))
    days = await board.count_missing([YESTERDAY])
    figures = Figures(days.values())
    assert figures.by_hour == {8: 2, 23: 1}
    assert figures.handovers == {Reason.KEY_ZERO: 1}
    assert figures.containment == pytest.approx(2 / 3)


async def test_failures_are_laid_to_what_was_asked_last(log: CallLog, board: Board) -> None:
    turns = [turn(1, Slot.HOSPITAL, "鼓楼"), turn(2, Slot.ID_NUMBER, "不知道")]
    await write_call(log, 1, at(8), Outcome.TRANSFERRED, Reason.TWO_STRIKES, turns)
    await write_call(log, 2, at(9), Outcome.ABANDONED, Reason.HUNG_UP)
    await write_call(log, 3, at(9), Outcome.BOOKED, Reason.COMPLETED, turns)
    figures = Figures((await board.count_missing([YESTERDAY])).values())
    assert figures.failures == {
        (Slot.ID_NUMBER, Reason.TWO_STRIKES): 1,
        (None, Reason.HUNG_UP): 1,
    }


async def test_latency_and_confidence_are_of_the_turns(log: CallLog, board: Board) -> None:
    turns = [
        turn(1, Slot.HOSPITAL, "鼓楼医院", confidence=0.9, waited=0.8),
        turn(2, Slot.DATE, "明天", confidence=0.3, waited=1.42),
        turn(3, Slot.CONFIRM, "", waited=0.0),  # nothing was heard, and nobody waited
    ]
    await write_call(log, 1, at(8), turns=turns)
    figures = Figures((await board.count_missing([YESTERDAY])).values())
    assert figures.latency(0.5) == pytest.approx(0.8)
    assert figures.latency(1.0) == pytest.approx(1.4)
    assert (figures.turns_heard, figures.turns_low) == (2, 1)
    assert figures.confidence == pytest.approx(0.6)


async def test_a_name_asked_again_at_once_was_misunderstood(log: CallLog, board: Board) -> None:
    corrected = [
        turn(1, Slot.HOSPITAL, "市中一院", "南京市中医院"),
        turn(2, Slot.HOSPITAL, "不是市中医院是市一院", "南京市第一医院"),
    ]
    not_found = [
        turn(1, Slot.DEPARTMENT, "心累"),
        turn(2, Slot.CONFIRM, "嗯"),
        turn(3, Slot.DEPARTMENT, "心内科", "心血管内科"),
    ]
    later = [
        turn(1, Slot.HOSPITAL, "鼓楼医院", "南京鼓楼医院"),
        turn(5, Slot.HOSPITAL, "中大医院", "东南大学附属中大医院"),  # another wish
    ]
    same = [turn(n, Slot.HOSPITAL, "鼓楼医院", "南京鼓楼医院") for n in (1, 2)]
    asked_back = [
        replace(
            turn(1, Slot.HOSPITAL, "再说一遍"),
            understanding=Understanding(
                "再说一遍", 0.9, command=(Scored(Command.REPEAT, 0.9, "再说一遍"),)
            ),
        ),
        turn(2, Slot.HOSPITAL, "鼓楼医院", "南京鼓楼医院"),
    ]
    calls = (corrected, corrected, not_found, later, same, asked_back)
    for number, turns in enumerate(calls):
        await write_call(log, number, at(8), turns=turns)
    names = Figures((await board.count_missing([YESTERDAY])).values()).names(10)
    assert names == [
        NameCorrection(
            slot=Slot.HOSPITAL,
            words="市中一院",
            taken_for="南京市中医院",
            meant="南京市第一医院",
            times=2,
        ),
        NameCorrection(
            slot=Slot.DEPARTMENT, words="心累", taken_for=None, meant="心血管内科", times=1
        ),
    ]


async def test_today_is_counted_anew_and_not_kept(
    log: CallLog, board: Board, clock: SetClock
) -> None:
    await write_call(log, 1, at(8, TODAY), outcome=None)
    days = await board.days([YESTERDAY, TODAY, TODAY + dt.timedelta(days=1)])
    assert set(days) == {TODAY}
    assert board.missing([YESTERDAY, TODAY], days) == [YESTERDAY]
    await write_call(log, 2, at(9, TODAY))
    assert Figures([(await board.days([TODAY]))[TODAY]]).calls == 1  # fresh enough
    clock.seconds += FRESH_SECONDS
    assert Figures([(await board.days([TODAY]))[TODAY]]).calls == 2


async def test_a_day_that_gets_calls_later_is_counted_again(log: CallLog, board: Board) -> None:
    await write_call(log, 1, at(8))
    await board.count_missing([YESTERDAY])
    assert set(await board.days([YESTERDAY])) == {YESTERDAY}
    await write_call(log, 2, at(9, TODAY))
    assert set(await board.days([YESTERDAY])) == {YESTERDAY}
    await write_call(log, 3, at(9))
    assert await board.days([YESTERDAY]) == {}
    assert Figures((await board.count_missing([YESTERDAY])).values()).calls == 2


async def test_kept_days_are_read_by_another_agent(
    url: str, log: CallLog, board: Board, clock: SetClock
) -> None:
    await write_call(log, 1, at(8))
    counted = await board.count_missing([YESTERDAY])
    other = await Board.open(url, clock.now, clock.monotonic)
    assert await other.days([YESTERDAY]) == counted
    await other.close()


async def test_the_migrations_make_the_tables_of_the_model(url: str, board: Board) -> None:
    def differences(connection: Connection) -> object:
        own = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own},
        )
        return compare_metadata(context, Base.metadata)

    assert SCHEMA.version_table == "alembic_version_board"
    database = open_database(url)
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
