"""What a conversation leaves to be done after the call: bounded, and never a reason to break it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from booking_client.errors import CoreUnavailable
from dialogs import commands as do
from dialogs import events as ev
from dialogs.outcomes import Reason
from ivr.session.call_ports import Desk, StatedIn

log = logging.getLogger(__name__)

DESK_LIMIT = 5.0  # seconds for writing one thing down


@dataclass(frozen=True, slots=True)
class ForLater:
    """Writes down for one call. `now` gives the local time."""

    desk: Desk
    call_id: str
    now: Callable[[], dt.datetime]

    async def call_back(self, command: do.RecordCallback) -> ev.Event:
        """The caller is told of a call-back only once it is written down."""
        if await self._written("call-back", self.desk.call_back(self.call_id, command)):
            return ev.CallbackRecorded(self.now())
        return ev.CoreFailed(self.now())

    async def send_text(self, command: do.SendText) -> None:
        await self._written("SMS", self.desk.send_text(self.call_id, command))

    async def hand_over(self, reason: Reason, handover: do.Handover) -> None:
        await self._written("handover", self.desk.hand_over(self.call_id, reason, handover))

    async def open_ticket(self, ticket: do.OpenTicket, stated: StatedIn) -> ev.Event:
        """The caller is told a number only once the statement is written down. The key makes a
        second try safe."""
        number: str | None = None

        async def write() -> None:
            nonlocal number
            number = await self.desk.open_ticket(self.call_id, ticket, stated)

        if not await self._written("ticket", write()):
            await self._written("ticket", write())
        return ev.TicketOpened(self.now(), number)

    async def keep(self, kept: do.Keeping) -> None:
        await self._written(type(kept).__name__, self.desk.keep(self.call_id, kept))

    async def _written(self, what: str, writing: Awaitable[None]) -> bool:
        try:
            async with asyncio.timeout(DESK_LIMIT):
                await writing
        except (CoreUnavailable, TimeoutError) as error:
            log.error("call %s: %s not written: %s", self.call_id, what, type(error).__name__)
            return False
        return True
