"""Figures of a measurement: shares with their interval, percentiles, calibration error, CER."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.96  # 95%


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`; the interval is Wilson's, 95%."""

    hits: int
    n: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """In percent."""
        if not self.n:
            return math.nan, math.nan
        share, z2 = self.hits / self.n, _Z**2
        centre = (share + z2 / (2 * self.n)) / (1 + z2 / self.n)
        spread = _Z * math.sqrt(share * (1 - share) / self.n + z2 / (4 * self.n**2))
        spread /= 1 + z2 / self.n
        return 100 * max(0.0, centre - spread), 100 * min(1.0, centre + spread)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.percent:.1f} [{low:.1f}, {high:.1f}]"


def share(outcomes: Sequence[bool]) -> Share:
    return Share(sum(outcomes), len(outcomes))


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent)) if len(values) else math.nan


def calibration_error(
    confidences: Sequence[float],
    right: Sequence[bool],
    weights: NDArray[np.float64] | None = None,
    bins: int = 10,
) -> float:
    """ECE (Naeini et al. 2015) over `bins` bins of equal width: the mean distance of confidence
    from accuracy, weighted by how many fall into the bin. 0 is perfect. `weights`: what each
    answer counts."""
    if not confidences:
        return math.nan
    values, hits = np.array(confidences), np.array(right, dtype=float)
    counts = np.ones(len(values)) if weights is None else weights
    number = np.minimum((values * bins).astype(int), bins - 1)
    total = 0.0
    for each in range(bins):
        inside = number == each
        if counts[inside].sum() > 0:
            sure = np.average(values[inside], weights=counts[inside])
            true = np.average(hits[inside], weights=counts[inside])
            total += counts[inside].sum() * abs(sure - true)
    return float(total / counts.sum())


def character_errors(said: str, heard: str) -> int:
    """Edits (Levenshtein) that turn one into the other, by character."""
    row = list(range(len(heard) + 1))
    for at, char in enumerate(said, 1):
        above, row = row, [at]
        for place, other in enumerate(heard, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (char != other)))
    return row[-1]
