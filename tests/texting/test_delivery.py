"""Delivery from the database's outbox: growing pauses, restarts, one message once."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from booking_client.personal_data import PersonalDataKeys
from ivr.hotline import Hotline
from ivr.hotline.text_outbox import TextMessage
from ivr.texting.delivery import FIRST_PAUSE, HELD, LONGEST_PAUSE, TextDelivery, pause
from ivr.texting.sender import TextNotSent, TextRefused

KEYS = PersonalDataKeys(bytes(range(32)))
START = dt.datetime(2026, 11, 24, 9, 30)
MESSAGE = TextMessage("23456780-booked-7", "13912345678", "【南京12320】已约")
BOUND = 20.0


class StoppedClock:
    """Time moves only when a test moves it, or while somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class Sender:
    """Fails as often as it is told to; `sent` are the ids that got through."""

    failures: int = 0
    refuses: bool = False
    sent: list[str] = field(default_factory=list)
    tried_at: list[float] = field(default_factory=list)
    clock: StoppedClock = field(default_factory=StoppedClock)
    got_one: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: TextMessage) -> None:
        self.tried_at.append(self.clock.seconds)
        if self.refuses:
            raise TextRefused("422")
        if self.failures:
            self.failures -= 1
            raise TextNotSent("503")
        self.sent.append(message.message_id)
        self.got_one.set()

    async def aclose(self) -> None:
        return


@pytest.fixture
async def hotline(tmp_path: Path) -> AsyncIterator[Hotline]:
    hotline = await Hotline.open(f"sqlite:///{tmp_path}/hotline.db", KEYS)
    yield hotline
    await hotline.close()


@contextlib.asynccontextmanager
async def delivering(hotline: Hotline, sender: Sender) -> AsyncIterator[TextDelivery]:
    delivery = TextDelivery(hotline.texts, sender, sender.clock)
    running = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_pauses_grow_up_to_a_bound() -> None:
    pauses = [pause(tries) for tries in range(1, 40)]
    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


async def test_a_message_is_sent_once(hotline: Hotline) -> None:
    sender = Sender()
    await hotline.texts.put(MESSAGE, "call-1", START)
    delivery = TextDelivery(hotline.texts, sender, sender.clock)
    assert await delivery.send_next()
    sender.clock.seconds += 10 * HELD.total_seconds()
    assert not await delivery.send_next()
    assert sender.sent == [MESSAGE.message_id]


async def test_a_gateway_in_trouble_is_asked_again_after_growing_pauses(hotline: Hotline) -> None:
    sender = Sender(failures=3)
    await hotline.texts.put(MESSAGE, "call-1", START)
    async with delivering(hotline, sender):
        await asyncio.wait_for(sender.got_one.wait(), BOUND)
    gaps = [b - a for a, b in zip(sender.tried_at, sender.tried_at[1:], strict=False)]
    assert gaps == pytest.approx([FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE])


async def test_what_was_written_before_a_restart_is_sent_after_it(
    tmp_path: Path, hotline: Hotline
) -> None:
    await hotline.texts.put(MESSAGE, "call-1", START)
    await hotline.close()
    sender = Sender()
    opened = await Hotline.open(f"sqlite:///{tmp_path}/hotline.db", KEYS)
    async with delivering(opened, sender):
        await asyncio.wait_for(sender.got_one.wait(), BOUND)
    await opened.close()
    assert sender.sent == [MESSAGE.message_id]


async def test_a_message_written_meanwhile_is_sent_when_told(hotline: Hotline) -> None:
    sender = Sender()
    async with delivering(hotline, sender) as delivery:
        await hotline.texts.put(MESSAGE, "call-1", START)
        delivery.poke()
        await asyncio.wait_for(sender.got_one.wait(), BOUND)
    assert sender.sent == [MESSAGE.message_id]


async def test_a_refused_message_is_not_sent_again(hotline: Hotline) -> None:
    sender = Sender(refuses=True)
    await hotline.texts.put(MESSAGE, "call-1", START)
    delivery = TextDelivery(hotline.texts, sender, sender.clock)
    assert await delivery.send_next()
    sender.clock.seconds += 24 * 3600
    assert not await delivery.send_next()
    assert len(sender.tried_at) == 1
