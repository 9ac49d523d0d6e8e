"""What is too old is gone with all that belongs to it, what is not stays, and both are reported."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database, open_database
from dialogs.commands import Handover
from dialogs.outcomes import Category, Outcome, Reason
from ivr.board.store import Board
from ivr.call_log import CallLog, CallStart, Turn
from ivr.call_search.store import CallSearch
from ivr.config import RetentionConfig
from ivr.hotline import Hotline, Statement
from ivr.hotline.callbacks import Callback
from ivr.hotline.handovers import HandedOver
from ivr.hotline.text_outbox import TextMessage
from ivr.retention import rows
from ivr.retention.migrations.upgrade import SCHEMA
from ivr.retention.model import Base
from ivr.retention.store import POLL_SECONDS, Retention
from ivr.retention.subjects import Subject
from ivr.web.accounts.audit import Action, AuditFilter, Entry
from ivr.web.accounts.store import AccountBook

KEYS = PersonalDataKeys(bytes(range(32)))
NOW = dt.datetime(2026, 11, 24, 3, 0)
POLICY = RetentionConfig()
LOG_EDGE = dt.datetime(2024, 11, 24)  # 730 days before, at midnight: the first that is kept
SOUND_EDGE = dt.datetime(2026, 8, 26)  # 90 days before
MOMENT = dt.timedelta(seconds=1)
# Where a call leaves something; a line a room.
EMPTY_TABLES = (
    *("calls", "turns"),
    *("call_places", "call_terms"),
    "board_days",
    *("review_notes", "review_tags", "review_marks"),
    *("handovers", "callbacks", "callback_access", "text_messages"),
    *("survey_answers", "unanswered_questions"),
)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
async def retention(url: str, recordings: Path) -> AsyncIterator[Retention]:
    retention = await Retention.open(url, POLICY, recordings)
    yield retention
    await retention.close()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[CallLog, Hotline, CallSearch, Database]]:
    log = await CallLog.open(url, KEYS)
    hotline = await Hotline.open(url, KEYS)
    search = await CallSearch.open(url)
    database = open_database(url)
    try:
        yield log, hotline, search, database
    finally:
        for each in (database, search, hotline, log):
            await each.close()


async def a_call(url: str, call_id: str, at: dt.datetime, recording: str = "") -> None:
    """A call with everything that may belong to one, all done at `at`."""
    async with opened(url) as (log, hotline, search, _):
        await log.call_started(CallStart(call_id, at, "13900001234", recording))
        await log.turn(call_id, Turn(1, at, at))
        await log.call_ended(call_id, at, Outcome.ANSWERED, Category.BOOKING, Reason.COMPLETED)
        await search.index.catch_up()
        board = await Board.open(url, lambda: NOW, lambda: 0.0)
        await board.count_missing([at.date()])
        await board.close()
        await search.reviews.add_note(call_id, "听错了医院", "wang", at)
        await search.reviews.add_tag(call_id, "医院", "wang", at)
        await search.reviews.mark(call_id, 1, "鼓楼医院", "wang", at)
        handed = HandedOver(at, Reason.CALLER_ASKED, Handover())
        await hotline.handovers.keep(call_id, handed)
        wanted = Callback(call_id, "13900001234", Reason.CALLER_ASKED, at, at)
        await hotline.callbacks.keep(wanted)
        await hotline.callbacks.done(call_id, "li", at)
        await hotline.texts.put(TextMessage(call_id, "13900001234", "约好了"), call_id, at)
        await hotline.texts.sent(call_id, at)
        await hotline.surveys.score(call_id, "overall", 5, at)
        await hotline.questions.keep(call_id, "几点开门", at)


async def count(url: str, table: str) -> int:
    database = open_database(url)
    try:
        async with database.reading() as connection:
            return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
    finally:
        await database.close()


async def test_a_call_that_is_too_old_leaves_nothing_behind(url: str, retention: Retention) -> None:
    await a_call(url, "old", LOG_EDGE - MOMENT)
    assert all([await count(url, table) for table in EMPTY_TABLES]), "there is something to delete"
    done = {each.subject: each.deleted for each in await retention.run(NOW)}
    assert done[Subject.CALLS] == 1
    assert {table: await count(url, table) for table in EMPTY_TABLES} == dict.fromkeys(
        EMPTY_TABLES, 0
    )


async def test_no_table_that_names_a_call_was_forgotten(url: str, retention: Retention) -> None:
    """A table with a call_id is either emptied with the call, or is named here with the reason."""
    own_rules = {
        "tickets": "a case file, which outlives its call",
        "web_audit": "by its own age",
        "bookings": "of the booking core",
    }

    def with_calls(connection: Connection) -> set[str]:
        inspector = inspect(connection)
        return {
            table
            for table in inspector.get_table_names()
            if "call_id" in {column["name"] for column in inspector.get_columns(table)}
        }

    async with opened(url) as (*_, database), database.reading() as connection:
        found = await connection.run_sync(with_calls)
    assert found - set(EMPTY_TABLES) <= set(own_rules)


async def test_a_call_of_the_first_day_that_is_kept_stays_with_everything(
    url: str, retention: Retention
) -> None:
    await a_call(url, "kept", LOG_EDGE)
    before = {table: await count(url, table) for table in EMPTY_TABLES}
    assert not any(each.deleted for each in await retention.run(NOW))
    assert {table: await count(url, table) for table in EMPTY_TABLES} == before


async def test_what_still_waits_stays_however_old(url: str, retention: Retention) -> None:
    old = LOG_EDGE - dt.timedelta(days=100)
    async with opened(url) as (_, hotline, _, _):
        await hotline.callbacks.keep(Callback("c", "13900001234", Reason.CALLER_ASKED, old, old))
        await hotline.texts.put(TextMessage("m", "13900001234", "约好了"), "c", old)
    await retention.run(NOW)
    assert await count(url, "callbacks") == 1
    assert await count(url, "text_messages") == 1


async def test_more_than_one_batch_is_deleted(
    url: str, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH", 2)
    async with opened(url) as (log, *_):
        for number in range(5):
            await log.call_started(CallStart(f"c{number}", LOG_EDGE - MOMENT))
    done = {each.subject: each.deleted for each in await retention.run(NOW)}
    assert done[Subject.CALLS] == 5


async def test_a_recording_that_is_too_old_is_gone_and_its_call_says_so(
    url: str, retention: Retention, recordings: Path
) -> None:
    for name, at in (("old", SOUND_EDGE - MOMENT), ("new", SOUND_EDGE)):
        path = recordings / f"{at.date()}" / f"{name}.wav"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(100))
        await a_call(url, name, at, f"{at.date()}/{name}.wav")
    (sound, *_) = await retention.run(NOW)
    assert (sound.subject, sound.deleted, sound.bytes) == (Subject.RECORDINGS, 1, 100)
    async with opened(url) as (log, *_):
        shown = [await log.show(name) for name in ("old", "new")]
    assert [call.recording for call in shown if call] == ["", f"{SOUND_EDGE.date()}/new.wav"]
    assert (recordings / f"{SOUND_EDGE.date()}" / "new.wav").exists()


async def test_the_recording_of_an_open_ticket_stays_until_it_is_closed(
    url: str, retention: Retention, recordings: Path
) -> None:
    at = SOUND_EDGE - MOMENT
    name = f"{at.date()}/c.wav"
    (recordings / name).parent.mkdir(parents=True)
    (recordings / name).write_bytes(bytes(100))
    await a_call(url, "c", at, name)
    async with opened(url) as (_, hotline, _, _):
        stated = Statement("k", Category.COMPLAINT, "c", at, "等了三个小时", recording=name)
        number = await hotline.tickets.open(stated)
        (sound, *_) = await retention.run(NOW)
        assert (sound.deleted, sound.held) == (0, 1)
        assert (recordings / name).exists()
        await hotline.tickets.close(number, "li", NOW, "道了歉")
    (sound, *_) = await retention.run(NOW)
    assert (sound.deleted, sound.held) == (1, 0)


async def test_the_audit_has_its_term_too_and_keeps_who_ran_retention(
    url: str, retention: Retention
) -> None:
    book = await AccountBook.open(url)
    try:
        for at in (LOG_EDGE - MOMENT, LOG_EDGE):
            await book.audit.note(Entry(at, "wang", "", Action.SIGNED_IN))
        await retention.run(NOW, "li")
        entries = [kept.entry for kept in await book.audit.list(AuditFilter(), 10)]
    finally:
        await book.close()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("li", Action.RETENTION_RUN),
        ("wang", Action.SIGNED_IN),
    ]
    assert entries[0].detail == "audit 1"
    assert entries[1].at == LOG_EDGE


async def test_every_run_is_reported_subject_by_subject(retention: Retention) -> None:
    assert await retention.history(100) == ()
    done = await retention.run(NOW)
    assert {each.subject for each in done} == set(Subject)
    assert set(await retention.history(100)) == set(done)
    assert {each.kept_from for each in done} == {LOG_EDGE.date(), SOUND_EDGE.date()}
    assert len(await retention.history(3)) == 3


async def test_a_subject_that_fails_is_reported_and_stops_no_other(
    url: str, retention: Retention, recordings: Path
) -> None:
    recordings.write_text("a file where a folder should be", encoding="utf-8")
    await a_call(url, "old", LOG_EDGE - MOMENT)
    done = {each.subject: each for each in await retention.run(NOW)}
    assert done[Subject.RECORDINGS].fault
    assert done[Subject.CALLS].deleted == 1


class Nights:
    """A clock that goes on only while somebody sleeps on it."""

    def __init__(self, start: dt.datetime, end: dt.datetime) -> None:
        self._now = start
        self._end = end
        self._over = asyncio.Event()

    def now(self) -> dt.datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        assert seconds == POLL_SECONDS
        self._now += dt.timedelta(seconds=seconds)
        if self._now >= self._end:
            self._over.set()
            await asyncio.Event().wait()

    async def over(self) -> None:
        await self._over.wait()


async def test_it_runs_once_a_night_and_at_once_where_a_night_was_missed(
    retention: Retention,
) -> None:
    start = dt.datetime(2026, 11, 24, 14, 0)
    clock = Nights(start, start + dt.timedelta(days=2))
    running = asyncio.create_task(retention.run_daily(clock))
    async with asyncio.timeout(60):
        await clock.over()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    nights = sorted({each.at for each in await retention.history(100)})
    assert nights == [
        start,
        dt.datetime(2026, 11, 25, 3, 0),
        dt.datetime(2026, 11, 26, 3, 0),
    ]


async def test_the_migrations_make_the_tables_of_the_model(url: str, retention: Retention) -> None:
    def differences(connection: Connection) -> object:
        own = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own},
        )
        return compare_metadata(context, Base.metadata)

    assert SCHEMA.version_table == "alembic_version_retention"
    database = open_database(url)
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
