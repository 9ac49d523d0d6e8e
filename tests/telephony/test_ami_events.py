"""Event streams: what was asked for, in order, bounded, until closed."""

from __future__ import annotations

import asyncio

import pytest

from ivr.telephony.ami_events import AmiEvent, AmiEvents


def stream(*patterns: str, unread: int = 10) -> AmiEvents:
    return AmiEvents(patterns, unread, lambda _: None)


def event(name: str, **fields: str) -> AmiEvent:
    return AmiEvent(name, fields)


async def test_only_what_was_asked_for() -> None:
    events = stream("QueueCaller*", "Hangup")
    for name in ("QueueCallerJoin", "HangupRequest", "Hangup", "DTMFEnd"):
        events.offer(event(name))
    events.close()
    assert [e.name async for e in events] == ["QueueCallerJoin", "Hangup"]


async def test_the_oldest_are_dropped_when_nobody_reads() -> None:
    events = stream("*", unread=2)
    for name in "abcd":
        events.offer(event(name))
    events.close()
    assert [e.name async for e in events] == ["c", "d"]
    assert events.dropped == 2


async def test_a_waiting_reader_wakes() -> None:
    events = stream("*")
    reading = asyncio.create_task(anext(events))
    await asyncio.sleep(0)
    events.offer(event("Hangup", channel="PJSIP/x"))
    assert (await reading).get("Channel") == "PJSIP/x"


async def test_closed_streams_take_nothing_and_tell_their_owner() -> None:
    closed: list[AmiEvents] = []
    with AmiEvents(("*",), 5, closed.append) as events:
        pass
    events.offer(event("Hangup"))
    assert closed == [events]
    with pytest.raises(StopAsyncIteration):
        await anext(events)
