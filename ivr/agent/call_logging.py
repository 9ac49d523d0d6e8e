"""The call log as the agent uses it: one object for the agent, one for each call."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallLog, CallStart, StoredCall, Turn
from ivr.ports import Clock
from ivr.session.call_ports import Conclusion

log = logging.getLogger(__name__)


class CallLogging:
    """Opens the log and closes what a killed agent left open."""

    def __init__(
        self, call_log: CallLog, agent: str, clock: Clock, recordings: Path, voice: str
    ) -> None:
        self._log = call_log
        self._agent = agent
        self._clock = clock
        self._recordings = recordings
        self._voice = voice

    @classmethod
    async def open(
        cls,
        url: str,
        agent: str,
        longest: dt.timedelta,
        clock: Clock,
        recordings: Path,
        voice: str,
    ) -> CallLogging:
        """`agent` is a name that no other agent has, the same again after a restart; `longest`
        is how long a call can last. Raises CallLogError, DataKeyError."""
        call_log = await CallLog.open(url, PersonalDataKeys.from_environment())
        left_open = await call_log.close_stale(clock.now(), agent, longest)
        if left_open:
            log.warning("%d calls were left open by an agent that was killed", left_open)
        return cls(call_log, agent, clock, recordings, voice)

    async def show(self, call_id: str) -> StoredCall | None:
        """One call with its turns so far. Raises CallLogError."""
        return await self._log.show(call_id)

    async def aclose(self) -> None:
        await self._log.close()

    async def call_started(
        self, call_id: str, caller: str, recording: Path, recogniser: str
    ) -> LoggedCall:
        now = self._clock.now()
        start = CallStart(
            call_id=call_id,
            started_at=now,
            caller=caller,
            recording=str(recording.relative_to(self._recordings)),
            recogniser=recogniser,
            voice=self._voice,
            agent=self._agent,
        )
        await self._log.call_started(start)
        await self._log.call_answered(call_id, now)
        return LoggedCall(self._log, self._clock, call_id)


class LoggedCall:
    """ivr.session.call_ports.TurnLog of one call."""

    def __init__(self, call_log: CallLog, clock: Clock, call_id: str) -> None:
        self._log = call_log
        self._clock = clock
        self._call_id = call_id

    async def turn(self, turn: Turn) -> None:
        await self._log.turn(self._call_id, turn)

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        await self._log.concluded(self._call_id, outcome, category, reason)

    async def ended(self, conclusion: Conclusion) -> None:
        await self._log.call_ended(
            self._call_id,
            self._clock.now(),
            conclusion.outcome,
            conclusion.category,
            conclusion.reason,
        )
