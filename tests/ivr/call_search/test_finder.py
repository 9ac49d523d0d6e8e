"""Calls found on both databases, and the index that finds them."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator, Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete

from booking_client.sql.database import open_database
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.call_log import CallLog
from ivr.call_log.model import CallRow
from ivr.call_search.model import Base
from ivr.call_search.query import CallQuery
from ivr.call_search.store import AT_ONCE, BETWEEN_SECONDS, EVERY_SECONDS, CallSearch
from ivr.call_search.terms import WRONG, Side, tag
from tests.ivr.call_search.log_of_calls import DAY, SomeCall, at, write

Keep = Callable[[SomeCall], bool]


@pytest.fixture
async def log(url: str) -> AsyncIterator[CallLog]:
    log = await CallLog.open(url)
    yield log
    await log.close()


@pytest.fixture
async def search(url: str, log: CallLog) -> AsyncIterator[CallSearch]:
    search = await CallSearch.open(url)
    yield search
    await search.close()


async def taken_in(search: CallSearch, log: CallLog, *calls: SomeCall) -> None:
    await write(log, calls)
    await search.index.catch_up(batch=7)


async def all_found(search: CallSearch, query: CallQuery, size: int = 5) -> list[str]:
    """Every page after the other."""
    page = await search.finder.page(query, size)
    found = [call.call_id for call in page.calls]
    while page.older is not None:
        page = await search.finder.page(query, size, older_than=page.older)
        found += [call.call_id for call in page.calls]
    return found


def some_calls(count: int = 60) -> list[SomeCall]:
    chance = random.Random(7)
    return [
        SomeCall(
            number,
            at(chance.randrange(24), day=DAY - dt.timedelta(days=chance.randrange(40))),
            seconds=chance.choice((10, 50, 200)),
            outcome=chance.choice((Outcome.BOOKED, Outcome.TRANSFERRED)),
            reason=chance.choice((Reason.COMPLETED, Reason.TWO_STRIKES)),
            category=chance.choice((Category.BOOKING, Category.CONSULTATION)),
            caller=chance.choice(("13900001234", "13900005678")),
            heard=chance.choice(("我要挂鼓楼医院", "我要转人工", "楼上的鼓")),
            confidence=chance.choice((0.2, 0.4, 0.6, 0.9)),
            asked=chance.choice(("您想哪天来看？", "请报身份证号。")),
            expected=chance.choice((Slot.DATE, Slot.ID_NUMBER)),
            hospital=chance.choice(("南京鼓楼医院", "江苏省人民医院")),
            waited=chance.choice((0.9, 3.0)),
        )
        for number in range(1, count + 1)
    ]


QUERIES: dict[str, tuple[CallQuery, Keep]] = {
    "everything": (CallQuery(), lambda call: True),
    "outcome": (
        CallQuery(outcomes=frozenset({Outcome.TRANSFERRED})),
        lambda call: call.outcome is Outcome.TRANSFERRED,
    ),
    "reason and category": (
        CallQuery(
            reasons=frozenset({Reason.TWO_STRIKES}), categories=frozenset({Category.CONSULTATION})
        ),
        lambda call: call.reason is Reason.TWO_STRIKES and call.category is Category.CONSULTATION,
    ),
    "hospital": (
        CallQuery(hospitals=frozenset({"江苏省人民医院"})),
        lambda call: call.hospital == "江苏省人民医院",
    ),
    "asked last": (
        CallQuery(asked_last=frozenset({Slot.ID_NUMBER})),
        lambda call: call.expected is Slot.ID_NUMBER,
    ),
    "hours": (
        CallQuery(hours=frozenset({8, 9, 10})),
        lambda call: call.started.hour in (8, 9, 10),
    ),
    "lengths": (CallQuery(lengths=frozenset({"length:30"})), lambda call: call.seconds < 30),
    "low confidence": (CallQuery(below=0.5), lambda call: call.confidence < 0.5),
    "slow": (CallQuery(slow=True), lambda call: call.waited >= 2),
    "last four": (CallQuery(last_four="5678"), lambda call: call.caller.endswith("5678")),
    "two characters": (CallQuery(words="鼓楼"), lambda call: "鼓楼" in call.heard),
    "words": (
        CallQuery(words="鼓楼医院 身份证"),
        lambda call: "鼓楼医院" in call.heard and "身份证" in call.asked,
    ),
    "the caller's words": (
        CallQuery(words="身份证", sides=frozenset({Side.CALLER})),
        lambda call: False,
    ),
    "days and hours": (
        CallQuery(since=at(12, day=DAY - dt.timedelta(days=20)), until=at(12)),
        lambda call: at(12, day=DAY - dt.timedelta(days=20)) <= call.started < at(12),
    ),
}


async def test_filters_find_what_looking_at_every_call_finds(
    search: CallSearch, log: CallLog
) -> None:
    calls = some_calls()
    await taken_in(search, log, *calls)
    for name, (query, keep) in QUERIES.items():
        expected = {call.call_id for call in calls if keep(call)}
        found = await all_found(search, query)
        assert len(found) == len(set(found)), name
        assert set(found) == expected, name
        assert await search.finder.count(query) == len(expected), name
    assert expected  # the last of them is not empty


async def test_the_newest_calls_come_first_and_pages_lead_back(
    search: CallSearch, log: CallLog
) -> None:
    calls = some_calls(23)
    await taken_in(search, log, *calls)
    started = {call.call_id: call.started for call in calls}
    forward = await all_found(search, CallQuery())
    assert [started[each] for each in forward] == sorted(started.values(), reverse=True)
    page = await search.finder.page(CallQuery(), 5)
    assert page.newer is None
    while page.older is not None:
        page = await search.finder.page(CallQuery(), 5, older_than=page.older)
    back = [call.call_id for call in page.calls]
    while page.newer is not None:
        page = await search.finder.page(CallQuery(), 5, newer_than=page.newer)
        back = [call.call_id for call in page.calls] + back
    assert back == forward


async def test_calls_of_the_same_millisecond_are_each_found(
    search: CallSearch, log: CallLog
) -> None:
    await taken_in(search, log, *(SomeCall(number, at(9)) for number in range(1, 10)))
    await taken_in(search, log, SomeCall(10, at(9)))
    assert len(await all_found(search, CallQuery(), 3)) == 10


async def test_a_call_that_goes_on_is_not_listed_before_it_ends(
    search: CallSearch, log: CallLog
) -> None:
    await write(log, [SomeCall(1, at(9))])
    assert await search.index.catch_up(since=at(10)) == 0
    assert await search.index.catch_up(since=at(9)) == 1
    assert await search.index.catch_up() == 0


async def test_the_agent_lists_old_calls_and_then_each_as_it_ends(
    search: CallSearch, log: CallLog
) -> None:
    slept: list[float] = []
    old = dt.timedelta(days=300)
    await write(log, [SomeCall(number, at(9) - old) for number in range(1, AT_ONCE + 3)])

    class Clock:
        def now(self) -> dt.datetime:
            return at(10)

        def monotonic(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 3:
                await write(log, [SomeCall(100, at(9))])
            if len(slept) == 4:
                raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await search.run(Clock())
    assert slept == [BETWEEN_SECONDS, BETWEEN_SECONDS, EVERY_SECONDS, BETWEEN_SECONDS]
    assert await search.finder.count(CallQuery()) == AT_ONCE + 3


async def test_a_listed_call_shows_what_it_was_about(search: CallSearch, log: CallLog) -> None:
    await taken_in(search, log, SomeCall(1, at(9), confidence=0.42))
    (call,) = (await search.finder.page(CallQuery())).calls
    assert call.hospital == "南京鼓楼医院"
    assert call.turns == 2
    assert call.lowest_confidence == 0.42
    assert call.seconds == 90
    assert not call.invented


async def test_what_a_reviewer_adds_is_found_and_can_be_taken_back(
    search: CallSearch, log: CallLog
) -> None:
    one, other = SomeCall(1, at(9)), SomeCall(2, at(10))
    await taken_in(search, log, one, other)
    await search.index.review_changed(one.call_id, {WRONG, tag("方言")})
    await search.index.review_changed(other.call_id, {tag("口音")})
    assert await all_found(search, CallQuery(wrong=True)) == [one.call_id]
    assert await all_found(search, CallQuery(tags=frozenset({"方言"}))) == [one.call_id]
    await search.index.review_changed(one.call_id, {tag("口音")})
    assert await all_found(search, CallQuery(wrong=True)) == []
    both = await all_found(search, CallQuery(tags=frozenset({"口音"})))
    assert both == [other.call_id, one.call_id]
    await search.index.review_changed("no such call", {WRONG})


async def test_forgotten_calls_are_in_no_count(search: CallSearch, log: CallLog, url: str) -> None:
    calls = some_calls(20)
    await taken_in(search, log, *calls)
    await search.index.forget(range(1, 11))
    assert await search.finder.count(CallQuery()) == 10
    database = open_database(url)
    async with database.writing() as connection:
        await connection.execute(delete(CallRow).where(CallRow.id <= 10))
    await database.close()
    assert len(await all_found(search, CallQuery())) == 10


async def test_the_migrations_make_the_tables_of_the_model(url: str, search: CallSearch) -> None:
    def differences(connection: Connection) -> object:
        own = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own},
        )
        return compare_metadata(context, Base.metadata)

    async with search.database.reading() as connection:
        assert await connection.run_sync(differences) == []
