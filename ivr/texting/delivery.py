"""Sends what is in the outbox, again and again with growing pauses, also after a restart.

A gateway's secret that is wrong (401, 403) refuses every message: those are kept in the
database and named in the log, for a person to mend.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

from booking_client.errors import CoreUnavailable
from ivr.hotline.text_outbox import TextMessage, TextOutbox
from ivr.ports import Clock
from ivr.texting.sender import TextNotSent, TextRefused, TextSender

log = logging.getLogger(__name__)

HELD = dt.timedelta(seconds=60)  # a taken message comes back after it, if its sender was killed
FIRST_PAUSE = 5.0  # seconds after the first failure, doubled from try to try
LONGEST_PAUSE = 15 * 60.0
IDLE = 60.0  # seconds between two looks when nothing is due: another agent may have left some
FAULT_PAUSE = 10.0  # seconds after the database gave no answer


def pause(tries: int) -> float:
    """Seconds until the next try after `tries` failures."""
    return min(FIRST_PAUSE * 2.0 ** min(tries - 1, 20), LONGEST_PAUSE)


class TextDelivery:
    """`run` is a task of whoever opens it."""

    def __init__(self, outbox: TextOutbox, sender: TextSender, clock: Clock) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._news = asyncio.Event()

    def poke(self) -> None:
        """Something was just written."""
        self._news.set()

    async def run(self) -> None:
        """Until it is cancelled; a message that is being sent is sent again after that, under the
        same id."""
        while True:
            self._news.clear()
            try:
                while await self.send_next():
                    pass
                seconds = await self._until_due()
            except CoreUnavailable as error:
                log.error("SMS: the outbox gives no answer: %s", error)
                seconds = FAULT_PAUSE
            except Exception:  # whatever it is, the other messages go on being sent
                log.exception("SMS: a message could not be handled")
                seconds = FAULT_PAUSE
            await self._wait(seconds)

    async def send_next(self) -> bool:
        """Send the message that is due; False where none is. Raises CoreUnavailable."""
        now = self._clock.now()
        message = await self._outbox.take(now, now + HELD)
        if message is None:
            return False
        await self._send(message)
        return True

    async def _send(self, message: TextMessage) -> None:
        name = message.message_id
        try:
            await self._sender.send(message)
        except TextRefused as refused:
            log.error("SMS %s was refused and is not sent again: %s", name, refused)
            await self._outbox.refused(name, self._clock.now())
        except TextNotSent as error:
            seconds = pause(message.tries)
            log.warning("SMS %s: %s; again in %.0f s", name, error, seconds)
            later = self._clock.now() + dt.timedelta(seconds=seconds)
            await self._outbox.try_again(name, later)
        else:
            await self._outbox.sent(name, self._clock.now())

    async def _until_due(self) -> float:
        due = await self._outbox.next_due()
        if due is None:
            return IDLE
        return min(IDLE, max(0.0, (due - self._clock.now()).total_seconds()))

    async def _wait(self, seconds: float) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
            await asyncio.gather(sleeping, waking, return_exceptions=True)
