"""How long somebody spoke in an utterance, and how loud: pauses do not count."""

from __future__ import annotations

import statistics
from collections import deque

from ivr.ports import FRAME_SECONDS

GAP_FRAMES = 15  # 300 ms: a longer silence is a pause and no part of the speech
FAR_DB = 12.0
"""A telephone is held 3 to 10 cm from the mouth; a voice from a metre away is 20 dB softer, and
12 dB where the call is on the loudspeaker. One person's utterances lie closer together. Two
voices of the same loudness cannot be told apart by this, nor by anything else here."""
_KNOWN_FROM = 2  # utterances
_REMEMBERED = 8


class SpeechSpan:
    """One utterance. Feed every frame of it."""

    def __init__(self, voiced_frames: int = 0) -> None:
        """`voiced_frames`: of its beginning, which was heard before it was known to be one."""
        self._frames = voiced_frames
        self._gap = 0
        self._levels: list[float] = []

    def feed(self, level: float | None) -> None:
        """The level of the next frame in dBFS; None where it has no voice."""
        if level is None:
            self._gap += 1
            return
        if self._frames and self._gap <= GAP_FRAMES:
            self._frames += self._gap
        self._frames += 1
        self._gap = 0
        self._levels.append(level)

    @property
    def seconds(self) -> float:
        """Of speech, gaps between its words included, pauses not."""
        return self._frames * FRAME_SECONDS

    @property
    def level(self) -> float | None:
        """Of its middle frame, in dBFS; None where nothing was fed."""
        return statistics.median(self._levels) if self._levels else None


class CallersLevel:
    """How loud this caller usually is, and so who is farther from the telephone."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=_REMEMBERED)

    def is_far(self, span: SpeechSpan) -> bool:
        """Whether the utterance was much softer than the ones before; another one is remembered."""
        level = span.level
        if level is None:
            return False
        known = len(self._levels) >= _KNOWN_FROM
        if known and level < statistics.median(self._levels) - FAR_DB:
            return True
        self._levels.append(level)
        return False
