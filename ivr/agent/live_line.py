"""One caller's line through Asterisk: audio by AudioSocket, control by AGI.

The line belongs to the call, not to one AudioSocket connection: a transfer that
nobody answers comes back on a new connection and the session goes on hearing.
The dialplan is told how the call ends by the channel variable IVR_END; without
it the dialplan's safety net takes the caller (deploy/asterisk).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from dialogs.outcomes import Reason
from ivr.agent.crisis_line import CrisisLine
from ivr.ports import LineClosed, LineEvent
from ivr.telephony.agi_server import AgiError, AgiSession
from ivr.telephony.audiosocket_line import AudioSocketLine
from ivr.telephony.audiosocket_server import AudioSocketServer, LineNotConnected

log = logging.getLogger(__name__)

CONNECT_LIMIT = 2.0  # seconds for AudioSocket to connect: then the safety net has the caller
LEAVE_LIMIT = 5.0  # seconds for EXEC AudioSocket to return once we hung its socket up
BRIDGE_SECONDS = 1.0  # a bridge that has not failed by then stands
BACK_LIMIT = 300.0  # seconds for the rest of a call that came back unanswered
CRISIS_BACK_LIMIT = 1800.0  # ... of one in which the caller is still listened to
QUEUE = "operators"
# QUEUESTATUS of a queue that did not give the caller a person.
UNANSWERED = frozenset(
    {"TIMEOUT", "FULL", "JOINEMPTY", "LEAVEEMPTY", "JOINUNAVAIL", "LEAVEUNAVAIL", "WITHDRAW"}
)


class LiveLine:
    """AudioSource, AudioSink and LineControl of a live call."""

    def __init__(
        self,
        agi: AgiSession,
        server: AudioSocketServer,
        call_id: UUID,
        address: str,
        crisis_line: CrisisLine,
        queue_seconds: int,
    ) -> None:
        """`address` is host:port of `server` as Asterisk reaches it; `queue_seconds`: how long a
        caller waits for an operator before the agent takes the call back."""
        self._queue_seconds = queue_seconds
        self._crisis_line = crisis_line
        self._counsellor: str | None = None  # the channel of who waits to be joined
        self._agi = agi
        self._server = server
        self._call_id = call_id
        self._address = address
        self._line: AudioSocketLine | None = None
        self._execution: asyncio.Task[int] | None = None
        self._changed = asyncio.Event()
        self._away = False  # in a queue: no audio is ours
        self._answered = asyncio.Event()
        self._over = False

    async def open(self) -> None:
        """EXEC AudioSocket and wait for its connection. Raises LineNotConnected."""
        async with self._server.expect(self._call_id) as expected:
            arguments = f"{self._call_id},{self._address}"
            self._execution = asyncio.create_task(
                self._agi.execute("AudioSocket", arguments, timeout=None)
            )
            waiting = asyncio.create_task(expected.connected(CONNECT_LIMIT))
            try:
                await asyncio.wait({self._execution, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():  # refused: EXEC came back before any connection
                    raise LineNotConnected("AudioSocket was refused")
                self._line = waiting.result()
            finally:
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)
        self._away = False
        self._changed.set()

    # --- AudioSource, AudioSink

    async def events(self) -> AsyncIterator[LineEvent]:
        """Across every connection of the call; ends with one LineClosed."""
        while not self._over:
            line = self._line
            if line is not None and not self._away:
                async for event in line.events():
                    if not isinstance(event, LineClosed):
                        yield event
                    elif not self._away:
                        self._over = True
                if self._over:
                    break
            self._changed.clear()
            await self._changed.wait()
        yield LineClosed(hung_up=True)

    async def send(self, frame: bytes) -> None:
        if self._line is not None and not self._away:
            await self._line.send(frame)

    # --- LineControl

    async def transfer(self, reason: Reason) -> bool:
        """To the operators' queue. Returns True as soon as a person has answered (or the caller
        left the queue), False when the caller is back on the line with us."""
        self._away = True
        try:
            await self._leave_audio()
            await self._name_call(reason)
            # The agent's limit on its own calls is not the operator's.
            await self._agi.set_variable("TIMEOUT(absolute)", "0")
            self._execution = asyncio.create_task(
                self._agi.execute("Queue", f"{QUEUE},r,,,{self._queue_seconds}", timeout=None)
            )
            answered = asyncio.create_task(self._answered.wait())
            await asyncio.wait(
                {self._execution, answered},
                timeout=self._queue_seconds + LEAVE_LIMIT,
                return_when=asyncio.FIRST_COMPLETED,
            )
            answered.cancel()
            if not self._execution.done():
                return self._taken()  # they are talking (or: longer than the queue lets one wait)
            result = self._execution.result()
            status = await self._agi.get_variable("QUEUESTATUS")
        except AgiError:
            return self._taken()  # the channel is gone: nobody is left to talk to
        if result != 0 or self._agi.hungup or status not in UNANSWERED:
            return self._taken()
        return await self._back()

    async def call_crisis_line(self) -> bool:
        self._counsellor = await self._crisis_line.call(str(self._call_id))
        return self._counsellor is not None

    async def join_crisis_line(self) -> bool:
        """Bridged from the caller's side: whoever hangs up first ends it for both. Returns True
        at once when they talk; False when the person was gone."""
        counsellor, self._counsellor = self._counsellor, None
        if counsellor is None:
            return False
        self._away = True
        try:
            await self._leave_audio()
            await self._name_call(Reason.CRISIS)
            await self._agi.set_variable("TIMEOUT(absolute)", "0")
            # When they have talked the call is over, even if this agent is gone by then.
            await self._agi.set_variable("IVR_END", "hangup")
            self._execution = asyncio.create_task(
                self._agi.execute("Bridge", counsellor, timeout=None)
            )
            await asyncio.wait({self._execution}, timeout=BRIDGE_SECONDS)
            if not self._execution.done():
                return self._taken()
            result = self._execution.result()
            status = await self._agi.get_variable("BRIDGERESULT")
        except AgiError:
            await self._crisis_line.hang_up(counsellor)
            return self._taken()  # the caller is gone
        if result != 0 or self._agi.hungup:
            return self._taken()
        log.warning("call %s: crisis line: bridge: %s", self._call_id, status)
        await self._crisis_line.hang_up(counsellor)
        return await self._back(CRISIS_BACK_LIMIT)

    async def _name_call(self, reason: Reason) -> None:
        """Which call it is and why it comes: for the operator's side and the PBX's own records
        (in `queue_log` the call is named by the channel's unique id). Nothing personal."""
        await self._agi.set_variable("__IVR_CALL_ID", str(self._call_id))
        await self._agi.set_variable("__IVR_REASON", reason.value)

    async def _back(self, limit: float = BACK_LIMIT) -> bool:
        """The caller comes back to us, for at most `limit` seconds; False, as transfer() has it."""
        try:
            await self._agi.set_variable("IVR_END", "")
            await self._agi.set_variable("TIMEOUT(absolute)", f"{limit:.0f}")
            await self.open()
        except (LineNotConnected, AgiError):
            log.error("call %s: no audio after a transfer", self._call_id)
            return self._taken()  # without IVR_END the dialplan takes the caller
        return False

    def person_answered(self) -> None:
        """The queue has connected the caller (AMI event AgentConnect)."""
        self._answered.set()

    def _taken(self) -> bool:
        self._over = True
        self._changed.set()
        return True

    async def hang_up(self) -> None:
        """End the call: the dialplan hangs up."""
        self._over = True  # what follows on the socket is our own doing
        await self._leave_audio()
        with contextlib.suppress(AgiError):
            await self._agi.set_variable("IVR_END", "hangup")
        self._changed.set()

    async def finish(self) -> None:
        """Until the channel has left us (an operator may still be talking to the caller)."""
        if self._counsellor is not None:
            await self._crisis_line.hang_up(self._counsellor)
        if self._line is not None and not self._away:
            await self._line.hang_up()
        if self._execution is not None:
            await asyncio.gather(self._execution, return_exceptions=True)

    async def _leave_audio(self) -> None:
        if self._line is not None:
            await self._line.hang_up()
        if self._execution is not None:
            _, running = await asyncio.wait({self._execution}, timeout=LEAVE_LIMIT)
            if running:
                log.error("call %s: AudioSocket did not end", self._call_id)
