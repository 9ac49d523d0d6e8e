"""The telephone line of a replayed call, and the tape that runs along."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np

from dialogs.outcomes import Reason
from ivr.audio_file import write_speech
from ivr.caller.case import Act
from ivr.caller.leg import CallerLeg
from ivr.ports import FRAME_SECONDS, SAMPLE_RATE, Clock, LineClosed, LineEvent
from ivr.telephony.frame_clock import FrameClock

ANSWERED_AFTER = 4.0  # seconds in the queue until a person answers
QUEUE_SECONDS = 45.0  # until an unanswered caller is back (ivr.agent.live_line)
CRISIS_SECONDS = 20.0  # until the crisis line answers, or nobody does


async def _nothing(act: Act) -> None:
    del act


class ReplayedLine:
    """ivr.session.call_session.CallLine: the caller's leg at one end, nobody at the other.

    `before` is awaited for each of the leg's acts before it begins.
    """

    def __init__(
        self,
        clock: Clock,
        leg: CallerLeg,
        *,
        operators_answer: bool,
        before: Callable[[Act], Awaitable[None]] = _nothing,
    ) -> None:
        self._clock = clock
        self._leg = leg
        self._operators_answer = operators_answer
        self._before = before
        self._away = False
        self._over = False

    async def events(self) -> AsyncIterator[LineEvent]:
        """Frames come halfway between those that are sent: which was first is never chance."""
        await self._clock.sleep(FRAME_SECONDS / 2)
        async for _ in FrameClock(self._clock):
            coming: tuple[Act, ...] = ()
            while coming != self._leg.coming:  # what is awaited may take long enough for more
                coming = self._leg.coming
                for act in coming:
                    await self._before(act)
            for event in self._leg():
                if isinstance(event, LineClosed):
                    self._over = True
                elif not (self._away or self._over):
                    yield event
            if self._over:
                break
        yield LineClosed(hung_up=True)

    async def send(self, frame: bytes) -> None:
        """Nobody listens; the session's recording has it."""

    async def transfer(self, reason: Reason) -> bool:
        del reason
        self._away = True
        if self._operators_answer:
            await self._clock.sleep(ANSWERED_AFTER)
            self._over = True
            return True
        await self._clock.sleep(QUEUE_SECONDS)
        self._away = False
        return self._over

    async def call_crisis_line(self) -> bool:
        await self._clock.sleep(CRISIS_SECONDS)
        return self._operators_answer

    async def join_crisis_line(self) -> bool:
        self._away = self._over = True
        return True

    async def hang_up(self) -> None:
        self._over = True


class Tape:
    """ivr.session.call_session.CallRecording in memory, unmasked: its people are invented."""

    def __init__(self) -> None:
        self._caller = bytearray()
        self._agent = bytearray()

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        self._caller += frame

    def agent(self, frame: bytes, personal: bool = False) -> None:
        self._agent += frame

    @property
    def agents_leg(self) -> bytes:
        """8 kHz s16le of all that the agent said, from pick-up."""
        return bytes(self._agent)

    @property
    def seconds(self) -> float:
        """Length so far."""
        return len(self._caller) / (2 * SAMPLE_RATE)

    def hold_from(self, look_back_frames: int) -> int:
        return 0

    def utterance_ended(self) -> None:
        """Nothing is held back."""

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        """Nothing is held back."""

    def ask_id_number(self, asking: bool) -> None:
        """Nothing is masked."""

    def write(self, path: Path, since: float = 0.0, until: float | None = None) -> None:
        """The seconds from `since` to `until` as a WAV: caller left, agent right."""
        start = 2 * int(since * SAMPLE_RATE)
        end = None if until is None else 2 * int(until * SAMPLE_RATE)
        legs = [np.frombuffer(bytes(leg[start:end]), "<i2") for leg in (self._caller, self._agent)]
        both = np.zeros((max(map(len, legs)), 2), "<i2")
        for side, leg in enumerate(legs):
            both[: len(leg), side] = leg
        write_speech(path, both.tobytes(), channels=2)
