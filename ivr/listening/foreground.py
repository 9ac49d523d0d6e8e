"""Is this frame as near as the caller, or behind?

A television across the room is a voice too, and so is a full waiting room: while they talk on, an
utterance would end only with the longest time of its turn, and they would break our prompts off.
They are softer than the caller. How loud the caller is shows in the utterance itself, and in those
before it; how loud it is around the caller was heard before the utterance. Pure.
"""

from __future__ import annotations

import heapq
from collections import deque

from ivr.listening.level import SILENCE_DBFS

BEHIND_DB = 16.0  # a soft last syllable is up to 15 dB under the loudest ones
LEAST_BEHIND_DB = 9.0  # as much a voice falls from a stressed syllable to the next
FAR_BEHIND_DB = 15.0  # under the usual: who speaks into our prompt is not softer than that
KNOWN_FROM = 2  # utterances
LOUDEST_FRAMES = 8  # 160 ms: a click is shorter, 对 is as long
LEFT_FRAMES = 15  # 300 ms without a frame in front: then the voice has ended
_SMOOTHING = 0.5


class Foreground:
    """Feed every frame of the line."""

    def __init__(self) -> None:
        self._loudest: list[float] = []  # a heap
        self._smooth = 0.0
        self._around = SILENCE_DBFS  # before the utterance
        self._behind = 0  # frames since the last one in front
        self._answered = False  # whether this utterance was an answer: not the room's
        self._first: list[float] = []  # how loud the first utterances were, whatever they said
        self._answers: deque[float] = deque(maxlen=5)  # and the last answers

    def feed(
        self, level: float, *, voiced: bool, speaking: bool, around: float = SILENCE_DBFS
    ) -> bool:
        """Whether the next 20 ms, of `level` dBFS, belong to the utterance that is going on.
        Outside of one everything may. `around`: how loud it usually is around the caller, in
        dBFS (ivr.listening.surroundings)."""
        if not speaking:
            if len(self._loudest) == LOUDEST_FRAMES:
                self._remember(self._loudest[0])
            self._loudest.clear()
            self._answered = False
            self._smooth, self._behind, self._around = level, 0, around
            return True
        self._smooth = _SMOOTHING * self._smooth + (1.0 - _SMOOTHING) * level
        if voiced:
            heapq.heappush(self._loudest, self._smooth)
            if len(self._loudest) > LOUDEST_FRAMES:
                heapq.heappop(self._loudest)
        known = len(self._loudest) == LOUDEST_FRAMES
        near = not known or self._smooth >= self._least()
        self._behind = 0 if near else self._behind + 1
        return self._behind < LEFT_FRAMES

    def _least(self) -> float:
        """How loud the caller's voice is at least: nearer to its loudest than to what is around."""
        return _between(self._loudest[0], self._around, BEHIND_DB)

    def answered(self) -> None:
        """The utterance that ends was understood as an answer: the caller is as loud as this."""
        self._answered = True

    def _remember(self, level: float) -> None:
        if self._answered:
            self._answers.append(level)
        elif len(self._first) + len(self._answers) < KNOWN_FROM:
            self._first.append(level)

    def _usual(self) -> list[float]:
        """Who called 喂 loudly at first does not stay as loud: answers alone, once there are."""
        answers = list(self._answers)
        return answers if len(answers) >= KNOWN_FROM else self._first + answers

    def is_usual(self, level: float, around: float = SILENCE_DBFS) -> bool:
        """Whether it is about as loud as the caller's last answers, and louder than what is
        `around`; yes where none is known."""
        usual = self._usual()
        if len(usual) < KNOWN_FROM:
            return True
        # Not the loudest: it may have been a shout.
        return level >= _between(sorted(usual)[-2], around, FAR_BEHIND_DB)


def _between(loudest: float, around: float, behind: float) -> float:
    """Half way between them, `behind` to LEAST_BEHIND_DB under the loudest."""
    return max(loudest - behind, min((loudest + around) / 2.0, loudest - LEAST_BEHIND_DB))
