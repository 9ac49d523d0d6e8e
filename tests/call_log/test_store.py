"""The log on a real SQLite file and on a real PostgreSQL server: written as the call happens, and
never in the call's way."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database, open_database
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallFilter, CallLog, CallLogError
from ivr.call_log.migrations.upgrade import SCHEMA
from ivr.call_log.model import MOST_KEYS, Base
from tests.call_log.calls import (
    AGENT,
    CALL_ID,
    ID_NUMBER,
    LONGEST,
    PHONE,
    SPOKEN_ID,
    asks_hospital,
    at,
    call_start,
    gives_id_number,
)

KEYS = PersonalDataKeys(bytes(range(32)))
OTHER_CALL = "aaaaaaaa-0000-4000-8000-000000000002"


@pytest.fixture
async def log(url: str) -> AsyncIterator[CallLog]:
    log = await CallLog.open(url, KEYS)
    yield log
    await log.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The log's database, seen from beside it."""
    database = open_database(url)
    yield database
    await database.close()


async def everything_in(database: Database) -> str:
    """All rows of the log as text."""
    found: list[object] = []
    async with database.reading() as connection:
        for table in Base.metadata.sorted_tables:
            found += (await connection.execute(select(table))).mappings().all()
    return "\n".join(str(row) for row in found)


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    """Somebody else writes: to the one file, or to the same table."""
    async with database.writing() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("LOCK TABLE calls"))
        yield


async def test_a_call_is_kept_with_its_turns(log: CallLog) -> None:
    await log.call_started(call_start())
    await log.call_answered(CALL_ID, at(0.4))
    await log.turn(CALL_ID, asks_hospital())
    await log.turn(CALL_ID, gives_id_number())
    await log.concluded(CALL_ID, Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    await log.call_ended(CALL_ID, at(30))
    call = await log.show(CALL_ID)
    assert call is not None
    assert (call.started_at, call.answered_at, call.ended_at) == (at(0), at(0.4), at(30))
    assert (call.outcome, call.category, call.reason) == (
        Outcome.BOOKED,
        Category.BOOKING,
        Reason.COMPLETED,
    )
    assert call.caller_last_four == "1234"
    assert call.recogniser == "whisper-base"
    assert call.turn_count == 2
    first, second = call.turns
    assert first.prompts == ("greeting",)
    assert first.asked == "您好，请问您要什么？"
    assert first.expected == "task"
    assert first.heard[0] == ("我要挂鼓楼医院心内科明天上午的号", 0.91)
    assert first.decided == ("listen doctor",)
    assert first.marks == ("asked",)
    assert first.timings == {"endpointing": 0.5, "recognition": 0.31, "matching": 0.02}
    assert second.keys == "**************123*#"
    assert log.failures == 0


async def test_neither_an_id_number_nor_the_callers_number_is_in_the_database(
    log: CallLog, database: Database
) -> None:
    await log.call_started(call_start())
    await log.turn(CALL_ID, gives_id_number())
    dump = await everything_in(database)
    assert "read_back" in dump
    assert "测试人" not in dump
    assert PHONE not in dump
    for secret in (ID_NUMBER, SPOKEN_ID):
        for place in range(len(secret) - 4):
            assert secret[place : place + 5] not in dump


async def test_a_turn_is_in_the_database_when_the_agent_is_killed_after_it(
    log: CallLog, url: str
) -> None:
    script = (
        "import asyncio, os, signal, sys\n"
        "from ivr.call_log import CallLog\n"
        "from tests.call_log.calls import CALL_ID, asks_hospital, call_start\n"
        "async def main():\n"
        "    log = await CallLog.open(sys.argv[1])\n"
        "    await log.call_started(call_start())\n"
        "    await log.turn(CALL_ID, asks_hospital())\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, url, cwd=os.getcwd()
    )
    async with asyncio.timeout(60):
        assert await process.wait() == -signal.SIGKILL
    call = await log.show(CALL_ID)
    assert call is not None
    assert call.ended_at is None
    assert call.turn_count == 1
    assert await log.close_stale(at(600), AGENT, LONGEST) == 1
    call = await log.show(CALL_ID)
    assert call is not None
    assert (call.outcome, call.reason) == (Outcome.FAILED, Reason.AGENT_FAULT)
    assert call.ended_at == at(6.5)  # with its last turn
    assert await log.close_stale(at(700), AGENT, LONGEST) == 0


async def test_a_booking_stands_though_the_agent_was_killed_after_it(log: CallLog) -> None:
    await log.call_started(call_start())
    await log.concluded(CALL_ID, Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    await log.close_stale(at(60), AGENT, LONGEST)
    call = await log.show(CALL_ID)
    assert call is not None
    assert (call.outcome, call.reason) == (Outcome.BOOKED, Reason.COMPLETED)
    assert call.ended_at == at(0)


async def test_an_agent_that_starts_leaves_the_running_calls_of_another_alone(
    log: CallLog,
) -> None:
    await log.call_started(call_start())
    assert await log.close_stale(at(60), "nanjing-2:4573", LONGEST) == 0
    longest = LONGEST.total_seconds()
    assert await log.close_stale(at(longest), "nanjing-2:4573", LONGEST) == 0
    assert await log.close_stale(at(longest + 1), "nanjing-2:4573", LONGEST) == 1, "nobody's"


async def test_a_turn_written_twice_is_one_turn(log: CallLog) -> None:
    await log.call_started(call_start())
    await log.turn(CALL_ID, asks_hospital())
    await log.turn(CALL_ID, dataclasses.replace(asks_hospital(), keys="0"))
    call = await log.show(CALL_ID)
    assert call is not None
    assert [turn.keys for turn in call.turns] == ["0"]


async def test_calls_are_listed_newest_first_and_found_by_what_they_were(log: CallLog) -> None:
    await log.call_started(call_start())
    await log.call_started(call_start(OTHER_CALL, 600, "+86 139-0000-5678"))
    await log.call_ended(
        OTHER_CALL, at(700), Outcome.TRANSFERRED, Category.CONSULTATION, Reason.KEY_ZERO
    )

    async def ids(filters: CallFilter) -> list[str]:
        return [call.call_id for call in await log.list(filters=filters)]

    assert await ids(CallFilter()) == [OTHER_CALL, CALL_ID]
    assert [call.call_id for call in await log.list(1)] == [OTHER_CALL]
    assert await ids(CallFilter(outcome=Outcome.TRANSFERRED)) == [OTHER_CALL]
    assert await ids(CallFilter(category=Category.BOOKING)) == []
    assert await ids(CallFilter(reason=Reason.KEY_ZERO)) == [OTHER_CALL]
    assert await ids(CallFilter(since=at(1))) == [OTHER_CALL]
    assert await ids(CallFilter(until=at(1))) == [CALL_ID]
    assert await ids(CallFilter(caller="13900005678")) == [OTHER_CALL]


async def test_a_call_is_shown_by_the_beginning_of_its_id_if_only_one_begins_so(
    log: CallLog,
) -> None:
    await log.call_started(call_start())
    await log.call_started(call_start(CALL_ID + "9"))
    shown = await log.show(CALL_ID)
    assert shown is not None
    assert shown.call_id == CALL_ID
    assert await log.show("b") is None
    assert await log.show("%") is None
    with pytest.raises(CallLogError, match="more than one call begins with 3f2"):
        await log.show("3f2")


async def test_without_the_data_key_a_number_leaves_no_hash_and_is_not_searched(url: str) -> None:
    log = await CallLog.open(url)
    await log.call_started(call_start())
    with pytest.raises(CallLogError, match="data key"):
        await log.list(filters=CallFilter(caller=PHONE))
    await log.close()


async def test_a_withheld_number_is_kept_as_nothing(log: CallLog) -> None:
    await log.call_started(call_start(caller="anonymous"))
    call = await log.show(CALL_ID)
    assert call is not None
    assert call.caller_last_four == ""


async def test_a_failing_write_is_counted_and_told_but_never_raised(
    log: CallLog, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await log.turn("no such call", gives_id_number())
    assert log.fault == "turn: the call is not in the log"
    await log.call_ended("no such call", at(1), Outcome.FAILED)
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE turns"))
    await log.call_started(call_start())
    await log.turn(CALL_ID, gives_id_number())
    assert log.failures == 3
    assert log.fault is not None
    assert re.search(r'no such table: turns|relation "turns" does not exist', log.fault)
    assert ID_NUMBER[-6:] not in caplog.text
    assert SPOKEN_ID[-6:] not in caplog.text


async def test_a_locked_database_holds_a_call_up_no_longer_than_the_limit(
    url: str, database: Database
) -> None:
    log = await CallLog.open(url, KEYS, limit=0.05)
    async with locked(database):
        await log.call_started(call_start())
        assert log.failures == 1
    assert await log.show(CALL_ID) is not None, "it was late, not lost"
    await log.close()


async def test_what_waits_for_a_locked_database_is_written_in_its_order(
    url: str, database: Database
) -> None:
    log = await CallLog.open(url, KEYS, limit=0.01)
    async with locked(database):
        await log.call_started(call_start())
        await log.turn(CALL_ID, asks_hospital())
        await log.concluded(CALL_ID, Outcome.TRANSFERRED, Category.BOOKING, Reason.KEY_ZERO)
        await log.concluded(CALL_ID, Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    await log.close()
    log = await CallLog.open(url, KEYS)
    call = await log.show(CALL_ID)
    await log.close()
    assert call is not None
    assert (call.turn_count, call.outcome) == (1, Outcome.BOOKED)


async def test_a_database_that_does_not_come_back_is_given_up_when_the_log_closes(
    url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.call_log.store.CLOSE_SECONDS", 0.05)
    monkeypatch.setattr("ivr.call_log.store.TRANSACTION_SECONDS", 0.3)
    log = await CallLog.open(url, KEYS, limit=0.01)
    async with locked(database):
        await log.call_started(call_start())
        await log.close()
    assert log.fault == "close: TimeoutError"


async def test_writes_beyond_the_most_that_may_wait_are_told_and_not_kept(
    url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.call_log.store.MOST_WAITING", 1)
    log = await CallLog.open(url, KEYS, limit=0.01)
    async with locked(database):
        await log.call_started(call_start())
        await log.call_started(call_start(OTHER_CALL))
        assert log.fault == "call_started: too many writes are waiting"
    assert [call.call_id for call in await log.list()] == [CALL_ID]
    await log.close()


async def test_a_caller_who_leans_on_the_keys_costs_no_turn(log: CallLog) -> None:
    await log.call_started(call_start())
    await log.turn(CALL_ID, dataclasses.replace(asks_hospital(), keys="#" * 500))
    call = await log.show(CALL_ID)
    assert call is not None
    assert call.turns[0].keys == "#" * MOST_KEYS


async def test_what_the_database_cannot_hold_is_not_quoted(
    log: CallLog, caplog: pytest.LogCaptureFixture
) -> None:
    await log.call_started(call_start("一二三四五六\udcff"))
    assert log.failures == 1
    assert "一二三四五六" not in f"{log.fault} {caplog.text}"


async def test_a_call_that_is_cancelled_in_mid_write_is_still_written(log: CallLog) -> None:
    task = asyncio.create_task(log.call_started(call_start()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await log.show(CALL_ID) is not None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("not a url", "not a database URL"),
        ("postgresql://ivr:secret@/hotline?host=/no/such/folder", r"ivr:\*\*\*@/hotline.*No such"),
        ("nosuchdatabase://host/db", "nosuchdatabase"),
        ("sqlite:////proc/no/such/place.db", "No such file"),
    ],
)
async def test_a_database_that_cannot_be_opened_is_a_clear_error(url: str, why: str) -> None:
    with pytest.raises(CallLogError, match=why):
        await CallLog.open(url)


async def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ivr.db").write_text("not a database, but long enough to look like a file" * 50)
    with pytest.raises(CallLogError, match="not a database"):
        await CallLog.open(f"sqlite:///{tmp_path}/ivr.db")


@pytest.mark.usefixtures("log")
async def test_the_migrations_make_what_the_model_says(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": SCHEMA.version_table,
                "include_name": lambda name, kind, _: (
                    kind != "table" or name in Base.metadata.tables
                ),
            },
        )
        return list(compare_metadata(context, Base.metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_calls_of_the_first_schema_are_kept(url: str, database: Database) -> None:
    def first_schema(connection: Connection) -> None:
        command.upgrade(SCHEMA.alembic_config(connection), "0001")

    async with database.writing() as connection:
        await connection.run_sync(first_schema)
        await connection.execute(
            text(
                "INSERT INTO calls (call_id, caller_last_four, started_at, recording, recogniser,"
                " voice, version) VALUES ('old', '1234', '2026-11-24 09:30:00', '', '', '', '')"
            )
        )
    log = await CallLog.open(url, KEYS)
    assert [call.call_id for call in await log.list()] == ["old"]
    await log.close()


async def test_the_log_makes_the_folder_of_its_file(tmp_path: Path) -> None:
    await (await CallLog.open(f"sqlite:///{tmp_path}/new/folder/ivr.db")).close()
    assert (tmp_path / "new/folder/ivr.db").is_file()


async def test_a_database_in_memory_will_do() -> None:
    log = await CallLog.open("sqlite://", KEYS)
    await log.call_started(call_start())
    assert len(await log.list()) == 1
    await log.close()
