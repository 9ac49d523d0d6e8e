"""The 20 ms clock on which audio leaves: the k-th tick is at start + k * 20 ms, whatever happened.

Sleeping 20 ms after each frame drifts, and the PBX buffers nothing: what comes
late is a gap, what comes early or in a burst fills the phone's jitter buffer
(commonly 40 to 60 ms) and is thrown away there. So after a short delay the
missed ticks come at once, up to CATCH_UP of them, which a jitter buffer
absorbs; after a longer one the rest are skipped and counted, and the grid is
kept. A skipped tick loses no speech: the frame that was due goes out on the
next tick.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from ivr.ports import FRAME_SECONDS, Clock

CATCH_UP = 2  # ticks, 40 ms
LATE_SECONDS = FRAME_SECONDS  # a tick is late when its successor is already due


@dataclass(frozen=True, slots=True)
class Tick:
    """`index` on the grid (0 at the start); `delay` seconds after it was due; `skipped` ticks
    between the one before and this one (a recording fills them with silence)."""

    index: int
    delay: float
    skipped: int


class FrameGrid:
    """The pure part: which tick is next and when it is due."""

    def __init__(
        self, start: float, period: float = FRAME_SECONDS, catch_up: int = CATCH_UP
    ) -> None:
        self._start = start
        self._period = period
        self._catch_up = catch_up
        self._next = 0
        self.late = 0
        self.skipped = 0

    def seconds_until_next(self, now: float) -> float:
        """How long to sleep; 0 when the next tick is due."""
        return max(0.0, self._due(self._next) - now)

    def tick(self, now: float) -> Tick:
        """The tick that is taken at `now`, at or after its due time."""
        # A hair is added so that a sleep which ends on the dot counts as that tick.
        newest = math.floor((now - self._start) / self._period + 1e-6)
        index = max(self._next, newest - self._catch_up)
        skipped = index - self._next
        delay = max(0.0, now - self._due(index))
        self._next = index + 1
        self.skipped += skipped
        if delay > LATE_SECONDS:
            self.late += 1
        return Tick(index, delay, skipped)

    def _due(self, index: int) -> float:
        return self._start + index * self._period


class FrameClock:
    """`async for tick in FrameClock(clock)`: endless; the first tick is at once.

    The counters `late` (ticks more than 20 ms after their time) and `skipped`
    are for metrics.
    """

    def __init__(
        self, clock: Clock, *, period: float = FRAME_SECONDS, catch_up: int = CATCH_UP
    ) -> None:
        self._clock = clock
        self._period = period
        self._catch_up = catch_up
        self._grid: FrameGrid | None = None

    @property
    def late(self) -> int:
        return self._grid.late if self._grid else 0

    @property
    def skipped(self) -> int:
        return self._grid.skipped if self._grid else 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Tick:
        if self._grid is None:
            self._grid = FrameGrid(self._clock.monotonic(), self._period, self._catch_up)
        # Sleep even for 0 s: catching up must not keep the other calls from their frames. A clock
        # may wake a little early; a tick never comes before its time.
        await self._clock.sleep(self._grid.seconds_until_next(self._clock.monotonic()))
        while (rest := self._grid.seconds_until_next(self._clock.monotonic())) > 0:
            await self._clock.sleep(rest)
        return self._grid.tick(self._clock.monotonic())

    async def run(self, callback: Callable[[Tick], Awaitable[bool]]) -> None:
        """Call back on every tick until it returns False; the caller's task owns the loop."""
        async for tick in self:
            if not await callback(tick):
                return
