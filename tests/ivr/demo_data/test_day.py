"""A day of invented calls in the call log."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from booking_client.sql.database import open_database
from dialogs.outcomes import Outcome
from ivr.call_log import CallLog, StoredCall
from ivr.call_search.query import CallQuery
from ivr.call_search.store import CallSearch
from ivr.demo_data.conversations import InventedCall, invented_calls
from ivr.demo_data.day import day_rows, remove_days, write_day

DAY = dt.date(2026, 11, 27)


@pytest.fixture(scope="module")
def conversations() -> list[InventedCall]:
    return invented_calls(1, DAY, 12)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/log.db"


async def written(url: str, conversations: list[InventedCall], calls: int) -> int:
    await (await CallLog.open(url)).close()
    database = open_database(url)
    try:
        return await write_day(database, day_rows(1, DAY, calls, conversations))
    finally:
        await database.close()


async def stored(url: str) -> list[StoredCall]:
    log = await CallLog.open(url)
    try:
        calls = [await log.show(call.call_id) for call in await log.list(100)]
    finally:
        await log.close()
    return [call for call in calls if call is not None]


def test_conversations_are_held_by_the_real_dialogue(conversations: list[InventedCall]) -> None:
    outcomes = {call.conclusion.outcome for call in conversations}
    assert Outcome.BOOKED in outcomes
    assert len(outcomes) > 1
    booked = next(c for c in conversations if c.conclusion.outcome is Outcome.BOOKED)
    assert any("确认码" in say.text for turn in booked.turns for say in turn.asked)
    assert all(turn.ended_at >= turn.started_at for turn in booked.turns)


def test_the_same_seed_gives_the_same_conversations(conversations: list[InventedCall]) -> None:
    again = invented_calls(1, DAY, 3)
    heard = [[turn.heard for turn in call.turns] for call in again]
    assert heard == [[turn.heard for turn in call.turns] for call in conversations[:3]]


async def test_a_day_is_written_once(url: str, conversations: list[InventedCall]) -> None:
    assert await written(url, conversations, 30) == 30
    assert await written(url, conversations, 30) == 0
    calls = await stored(url)
    assert len(calls) == 30
    assert all(call.invented for call in calls)
    assert all(call.started_at.date() == DAY and call.ended_at is not None for call in calls)
    assert all(call.turns for call in calls)
    assert all(
        call.started_at <= call.turns[0].started_at <= call.turns[-1].ended_at for call in calls
    )


async def test_no_id_number_is_in_an_invented_call(
    url: str, conversations: list[InventedCall]
) -> None:
    await written(url, conversations, 30)
    ids = {
        act.press.replace("*", "X")
        for call in conversations
        for act in call.caller.case.acts
        if act.press is not None and len(act.press) == 18
    }
    assert ids
    text = repr(await stored(url))
    assert not [number for number in ids if number in text]


async def test_invented_calls_can_be_taken_out_again(
    url: str, conversations: list[InventedCall]
) -> None:
    await written(url, conversations, 30)
    search = await CallSearch.open(url)
    database = open_database(url)
    try:
        assert await search.index.catch_up() == 30
        assert await remove_days(database) == [""] * 30
        assert await search.finder.count(CallQuery()) == 0
    finally:
        await database.close()
        await search.close()
    assert await stored(url) == []
