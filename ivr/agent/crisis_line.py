"""Calls the crisis line's people for a caller who stays in the conversation meanwhile.

One after the other rings for `ring_seconds`; who answers hears a sentence and waits in the
dialplan (context ivr-crisis, deploy/asterisk) until caller and person are bridged. Nobody is
put on hold music, and nobody goes on ringing for a caller who has hung up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import uuid4

from dialogs.outcomes import Reason
from ivr.telephony.ami import AmiClient, AmiError

log = logging.getLogger(__name__)

CONTEXT = "ivr-crisis"
HANG_UP_LIMIT = 3.0  # seconds


class CrisisLine:
    """Shared by all calls of an agent. `members` are channels to dial (PJSIP/...), in order."""

    def __init__(
        self, ami: AmiClient, members: Sequence[str], ring_seconds: float, hotline: str
    ) -> None:
        self._ami = ami
        self._members = tuple(members)
        self._ring_seconds = ring_seconds
        self._hotline = hotline

    async def call(self, call_id: str) -> str | None:
        """The channel of the first person who answers; None when nobody did. Cancelling it hangs
        up whoever is ringing."""
        for member in self._members:
            channel = await self._call(member, call_id)
            if channel is not None:
                return channel
        return None

    async def hang_up(self, channel: str) -> None:
        """End a channel that may be gone already."""
        try:
            async with asyncio.timeout(HANG_UP_LIMIT):
                await self._ami.hang_up(channel)
        except (AmiError, TimeoutError) as error:
            # Usual where it is gone; the dialplan ends a forgotten one by itself.
            log.info("crisis line: a channel was not hung up: %s", type(error).__name__)

    async def _call(self, member: str, call_id: str) -> str | None:
        channel_id = f"crisis-{uuid4()}"
        try:
            originated = await self._ami.originate(
                member,
                CONTEXT,
                "s",
                caller_id=self._hotline,
                channel_id=channel_id,
                variables={"IVR_CALL_ID": call_id, "IVR_REASON": Reason.CRISIS.value},
                ring_seconds=self._ring_seconds,
            )
        except asyncio.CancelledError:
            await self.hang_up(channel_id)
            raise
        except AmiError as error:
            log.error("call %s: crisis line: %s", call_id, type(error).__name__)
            await self.hang_up(channel_id)
            return None
        if not originated.answered:
            log.warning("call %s: crisis line: no answer (%d)", call_id, originated.reason)
            return None
        return originated.channel
