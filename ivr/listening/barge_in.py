"""Does the caller interrupt our prompt? Syllables count, not words, and never our own echo.

A bare short 嗯 is one syllable: the listener is with us and we go on. Two
syllables (不对, 人工) interrupt, and so does a voice that goes on for long. The
decision falls within LATEST_FRAMES of uninterrupted voice; a key interrupts at
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.listening.syllables import SyllableCounter
from ivr.listening.voice_activity import FrameActivity

LATEST_FRAMES = 35  # 700 ms of voice interrupt, however few syllables were made out


class Interruption(StrEnum):
    SYLLABLES = "syllables"
    LONG_VOICE = "long_voice"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class BargeInRules:
    """`voiced_frames`: voice needed beside the syllables, so that two clicks do not interrupt.
    `long_frames`: voice that interrupts by itself. `forget_frames`: after so long a gap the
    count begins anew (two 嗯 far apart are still two bare 嗯)."""

    syllables: int = 2
    voiced_frames: int = 8
    long_frames: int = LATEST_FRAMES
    forget_frames: int = 25


class BargeIn:
    """One prompt. Feed every caller frame while it plays."""

    def __init__(self, rules: BargeInRules = BargeInRules()) -> None:
        self._rules = rules
        self._counter = SyllableCounter()
        self._syllables = 0
        self._voiced = 0
        self._gap = 0

    @property
    def syllables(self) -> int:
        """Syllables of the caller in the present burst of voice."""
        return self._syllables

    def feed(self, frame: bytes, activity: FrameActivity, *, echo: bool) -> Interruption | None:
        """One caller frame with its voice-activity decision; `echo` as EchoDetector tells it.

        Goes on answering with the interruption once it is one.
        """
        callers = activity.voiced and not echo
        self._syllables += self._counter.feed(frame, softest=activity.floor + 5.0, counting=callers)
        if callers:
            self._voiced += 1
            self._gap = 0
        else:
            self._gap += 1
            if self._gap >= self._rules.forget_frames:
                self._syllables = self._voiced = 0
        enough = self._voiced >= self._rules.voiced_frames
        if enough and self._syllables >= self._rules.syllables:
            return Interruption.SYLLABLES
        return Interruption.LONG_VOICE if self._voiced >= self._rules.long_frames else None

    def key_pressed(self) -> Interruption:
        """A key is never an accident of the line."""
        return Interruption.KEY
