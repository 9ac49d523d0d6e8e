"""What watchers are told of calls in progress."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from ivr.live.calls import MOST_UNREAD, Change, LiveCalls, Observers

CALL, OTHER = "call-1", "call-2"


def live_calls() -> LiveCalls:
    return LiveCalls(lambda: dt.datetime(2026, 11, 24, 9, 30, 5))


async def next_of(changes: AsyncIterator[Change]) -> dict[str, Any]:
    async with asyncio.timeout(1):
        return dict(await anext(changes))


def begun(live: LiveCalls, call_id: str = CALL) -> None:
    live.notice("call_started", call_id, {"caller_last_four": "1234"})


async def test_a_watcher_sees_what_was_said_before_and_what_is_said_now() -> None:
    live = live_calls()
    begun(live)
    live.notice("said", CALL, {"prompt": "greeting", "text": "您好"})
    with live.watching() as changes:
        (call,) = (await next_of(changes))["calls"]
        assert (call["caller_last_four"], call["began"]) == ("1234", "09:30:05")
        assert [line["text"] for line in call["lines"]] == ["您好"]
        live.notice("listening", CALL, {"expect": "hospital"})
        assert (await next_of(changes))["state"] == "asked:hospital"
        live.notice("heard", CALL, {"hypotheses": [["鼓楼医院", 0.9]], "masked": False})
        assert (await next_of(changes))["line"]["text"] == "鼓楼医院"
        meaning = {"hospital": {"value": "南京鼓楼医院", "confidence": 0.97}}
        live.notice("understood", CALL, {"meaning": meaning})
        assert (await next_of(changes))["meaning"] == meaning
        live.notice("call_ended", CALL, {"outcome": "booked", "reason": "completed"})
        assert (await next_of(changes))["kind"] == "ended"
    assert live.count == 0


async def test_what_is_private_is_not_shown() -> None:
    live = live_calls()
    begun(live)
    live.notice("heard", CALL, {"hypotheses": [], "masked": True})
    with live.watching() as changes:
        assert (await next_of(changes))["calls"][0]["lines"][0]["text"] == "***"


async def test_who_reads_too_slowly_is_given_everything_anew() -> None:
    live = live_calls()
    begun(live)
    with live.watching() as changes:
        await next_of(changes)
        for number in range(MOST_UNREAD + 5):
            live.notice("said", CALL, {"text": str(number)})
        begun(live, OTHER)
        # What was unread before the flood is superseded.
        again = await next_of(changes)
        assert again["kind"] == "all"
        assert [len(call["lines"]) for call in again["calls"]] == [MOST_UNREAD + 5, 0]
        live.notice("said", OTHER, {"text": "您好"})
        assert (await next_of(changes))["line"]["text"] == "您好"


async def test_streams_end_with_the_agent() -> None:
    live = live_calls()
    with live.watching() as changes:
        await next_of(changes)
        live.close()
        assert await anext(changes, None) is None
    with live.watching() as late:
        assert await anext(late, None) is None


async def test_a_call_that_is_not_known_is_passed_over() -> None:
    live = live_calls()
    live.notice("said", CALL, {"text": "您好"})
    live.notice("call_ended", CALL, {"outcome": "failed", "reason": "agent_fault"})
    assert live.count == 0


def test_every_observer_is_told() -> None:
    one, two = live_calls(), live_calls()
    Observers(one, two).notice("call_started", CALL, {})
    assert CALL in one
    assert CALL in two
