"""How loud it usually is around the caller: the people, the street, the television behind them.

The noise floor follows the quietest moments, and between them talk in the background
stands out of it as a voice does. So the middle level (the median) of what is heard while
nobody speaks to us is followed as well, a small step up or down with every frame. The
step bounds how fast it moves: a sentence that nobody listened to cannot make the line
deaf to the next one. While the caller speaks it moves so slowly that a voice is no
surroundings, but a babble that was taken for one becomes it after some seconds.
"""

from __future__ import annotations

from ivr.ports import FRAME_SECONDS

BEGINNING_DBFS = -55.0  # of a call: a quiet room
FAST_DB = 8.0 * FRAME_SECONDS  # a frame, while nobody speaks
SLOW_DB = 2.0 * FRAME_SECONDS  # a frame, within an utterance


class Surroundings:
    """Feed the level of every frame; `dbfs` is the middle level after it."""

    def __init__(self) -> None:
        self.dbfs = BEGINNING_DBFS

    def feed(self, level: float, *, speaking: bool) -> float:
        """Take the level of the next 20 ms in dBFS. `speaking`: within an utterance."""
        step = SLOW_DB if speaking else FAST_DB
        self.dbfs += step if level > self.dbfs else -step
        return self.dbfs
