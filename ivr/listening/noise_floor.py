"""How loud the line is when nobody speaks, followed from frame to frame.

Minimum statistics (R. Martin, "Noise power spectral density estimation based on
optimal smoothing and minimum statistics", 2001), on the whole band: speech has
gaps, so the minimum of the smoothed level over a few seconds is the noise. The
floor falls at once and rises when the window has passed, or sooner when the
level stays as steady as no voice ever is (hum, dial tone, comfort noise).
"""

from __future__ import annotations

from collections import deque

from ivr.listening.level import SILENCE_DBFS

WINDOW_FRAMES = 150  # 3 s: longer than people speak without a gap
STEADY_FRAMES = 40  # 0.8 s
STEADY_RANGE_DB = 4.0
LOWEST_DBFS = -70.0  # below the quantisation step of G.711 there is nothing to follow
_SMOOTHING = 0.5
_BLOCK = 15


class NoiseFloor:
    """Feed the level of every frame; `dbfs` is the floor after it."""

    def __init__(self) -> None:
        self.dbfs = LOWEST_DBFS
        self._smooth: float | None = None
        self._block: list[float] = []
        self._minima: deque[float] = deque(maxlen=WINDOW_FRAMES // _BLOCK)
        self._recent: deque[float] = deque(maxlen=STEADY_FRAMES)

    def feed(self, level: float) -> float:
        """Take the level of the next 20 ms in dBFS; returns the floor in dBFS."""
        level = max(level, SILENCE_DBFS)
        previous = level if self._smooth is None else self._smooth
        self._smooth = _SMOOTHING * previous + (1.0 - _SMOOTHING) * level
        self._block.append(self._smooth)
        self._recent.append(self._smooth)
        if len(self._block) == _BLOCK:
            self._minima.append(min(self._block))
            self._block.clear()
        if self._steady():
            # What was louder before the line became steady does not count, nor what was softer.
            self._minima.clear()
            self._block = list(self._recent)[-_BLOCK + 1 :]
        self.dbfs = max(LOWEST_DBFS, min([*self._minima, *self._block], default=self._smooth))
        return self.dbfs

    def _steady(self) -> bool:
        return (
            len(self._recent) == STEADY_FRAMES
            and max(self._recent) - min(self._recent) <= STEADY_RANGE_DB
        )
