"""Does this caller stop within what they say? Learned in the call, from their own utterances.

Who never does need not be waited for as long as who does: patience is for those who need it.
Pure; time is frames of 20 ms.
"""

from __future__ import annotations

from ivr.ports import FRAME_SECONDS

STOP_SECONDS = 0.5  # a silence so long between two words is a stop
UTTERANCES = 2  # without a stop, until somebody is taken for fluent
LEAST_VOICED = 20  # frames (400 ms): 对 cannot have a stop


class Fluency:
    """Of one caller. Fed every frame inside an utterance, and told when it is over."""

    def __init__(self) -> None:
        self._silent = 0
        self._voiced = 0
        self._without = 0
        self._stops = False

    @property
    def fluent(self) -> bool:
        """Whether the last utterances were said without a stop; one stop and it never is again."""
        return self._without >= UTTERANCES and not self._stops

    def feed(self, voiced: bool) -> None:
        if not voiced:
            self._silent += 1
            return
        if self._voiced and self._silent * FRAME_SECONDS >= STOP_SECONDS:
            self._stops = True
        self._silent = 0
        self._voiced += 1

    def spoke_on(self) -> None:
        """The caller spoke on when we had taken the utterance for finished."""
        self._stops = True

    def utterance_ended(self, *, words: bool = True) -> None:
        """Without `words` it was a noise, and says nothing of how the caller speaks."""
        if words and self._voiced >= LEAST_VOICED:
            self._without += 1
        self._silent = self._voiced = 0
