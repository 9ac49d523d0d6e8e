"""The caller's side of a line without a telephone: one call of `leg()` for every 20 ms.

Pure but for what it is told: the agent's notices come in, frames, keys and the hang-up come
out. Time is counted in frames of 20 ms from pick-up.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ivr.caller.alaw import decode, encode
from ivr.caller.case import Act, Answer, Aside, Case, TimedAct
from ivr.caller.script import Script
from ivr.caller.sound_level import Signal, from_pcm, to_pcm
from ivr.caller.turn_taker import Action, Mutter, Speak, TurnTaker
from ivr.ports import (
    FRAME_BYTES,
    FRAME_SECONDS,
    SILENCE,
    CallerFrame,
    CallerKey,
    LineClosed,
    LineEvent,
)

SECONDS_PER_KEY = 0.32
"""As the SIP phone presses them (deploy/sip_phone)."""
_SAMPLES = FRAME_BYTES // 2


@dataclass(frozen=True, slots=True)
class _Begun:
    """An act under way: it began at frame `start` and is over at frame `end`."""

    act: Act
    start: int
    end: int


class CallerLeg:
    """`sounds` are the acts that are heard (ivr.caller.speech), each there before it begins;
    `behind` is what lies on the line all the time (a second or more) and begins anew at its end;
    `acted` hears of each act as it begins."""

    def __init__(
        self,
        case: Case,
        sounds: Mapping[Act, bytes],
        behind: Signal | None = None,
        acted: Callable[[Act], None] = lambda act: None,
    ) -> None:
        self._sounds = sounds
        self._behind = behind
        self._acted = acted
        self._taker = TurnTaker(Script(case), case.caller)
        self._waiting: list[tuple[int, Act]] = []
        self._begun: _Begun | None = None
        self._playing = b""
        self._keys: deque[tuple[int, str]] = deque()
        self._frame = 0
        self._hangs_up: int | None = None
        for act in case.timed:
            self._waiting.append((_frames(act.at), act))
        self._ends_with_last_act = case.hangs_up_at_end
        self._gain = 10 ** (case.level_db / 20)
        self._loss = case.loss
        self._chance = random.Random(case.name)

    def told(self, notice: Mapping[str, object]) -> None:
        """A notice of the agent: a question may be open now."""
        self._take(self._taker.take(notice))

    @property
    def coming(self) -> tuple[Act, ...]:
        """What the caller is about to do."""
        return tuple(act for _, act in self._waiting)

    def __call__(self) -> list[LineEvent]:
        """The next 20 ms; LineClosed is the last event of all."""
        now, self._frame = self._frame, self._frame + 1
        self._begin_what_is_due(now)
        events: list[LineEvent] = []
        while self._keys and self._keys[0][0] <= now:
            events.append(CallerKey(self._keys.popleft()[1]))
        if self._hangs_up is not None and now >= self._hangs_up:
            return [*events, LineClosed(hung_up=True)]
        frame, self._playing = self._playing[:FRAME_BYTES], self._playing[FRAME_BYTES:]
        events.append(CallerFrame(self._on_the_line(frame.ljust(FRAME_BYTES, b"\0"), now)))
        self._end_what_is_over(now + 1)
        return events

    def _take(self, action: Action | None) -> None:
        if isinstance(action, Speak):
            answer = action.answer
            seconds = answer.after if answer.talk_over is None else answer.talk_over
            self._waiting.append((self._frame + _frames(seconds), answer))
        elif isinstance(action, Mutter):
            aside = action.aside
            self._waiting.append((self._frame + _frames(aside.talk_over), aside))

    def _begin_what_is_due(self, now: int) -> None:
        for due in sorted((w for w in self._waiting if w[0] <= now), key=lambda w: w[0]):
            self._waiting.remove(due)
            # An aside that comes too late, or while the caller acts, is not heard at all.
            if isinstance(due[1], Aside) and not (self._taker.agent_speaks and not self._begun):
                continue
            self._begin(due[1], now)

    def _begin(self, act: Act, now: int) -> None:
        self._acted(act)
        length = 0
        if act in self._sounds:
            self._playing = self._sounds[act]
            length = -(-len(self._playing) // FRAME_BYTES)
        elif act.press is not None:
            length = _frames(SECONDS_PER_KEY * len(act.press))
            for place, key in enumerate(act.press):
                self._keys.append((now + _frames(SECONDS_PER_KEY * place), key))
        if act.hang_up is not None:
            self._hangs_up = now + _frames(act.hang_up)
        self._begun = _Begun(act, now, now + length)

    def _end_what_is_over(self, now: int) -> None:
        begun = self._begun
        if begun is None or now < begun.end:
            return
        self._begun = None
        if isinstance(begun.act, Answer):
            self._take(self._taker.done())
        elif isinstance(begun.act, TimedAct) and self._ends_with_last_act and not self._waiting:
            self._hangs_up = now

    def _on_the_line(self, frame: bytes, now: int) -> bytes:
        """The frame with the room behind it, as loud as the caller is, over A-law; or lost."""
        if self._loss and self._chance.random() < self._loss:
            return SILENCE
        behind = self._behind
        if behind is None and frame == SILENCE:
            return frame
        samples = from_pcm(frame) * self._gain
        if behind is not None:
            start = now * _SAMPLES % (len(behind) - _SAMPLES + 1)
            samples = samples + behind[start : start + _SAMPLES] * self._gain
        return decode(encode(to_pcm(np.asarray(samples))))


def _frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)
