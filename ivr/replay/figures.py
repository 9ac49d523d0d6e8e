"""Figures of a measurement with their intervals: shares, quantiles, rates; calibration, CER."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

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


@dataclass(frozen=True, slots=True)
class Quantile:
    """The `percent`-th percentile of `n` values (NaN for none); `low` and `high` are the order
    statistics between which it lies with 95% (Conover 1999, 3.2): nothing is assumed of how the
    values are distributed. Where they are too few for a bound it is infinite, and shown as -."""

    percent: float
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        bounds = (self.low, self.high)
        low, high = (f"{each:.2f}" if math.isfinite(each) else "-" for each in bounds)
        return f"{self.value:.2f} [{low}, {high}]"


def quantile(values: Sequence[float], percent: float) -> Quantile:
    """How many values lie under the quantile is binomial: its 2.5 and 97.5% points are ranks."""
    ranked, n = sorted(values), len(values)
    if not n:
        return Quantile(percent, math.nan, math.nan, math.nan, 0)
    share = percent / 100
    low = int(binom.ppf(0.025, n, share))  # the rank, from 1
    high = int(binom.ppf(0.975, n, share)) + 1
    return Quantile(
        percent,
        float(np.percentile(ranked, percent, method="inverted_cdf")),
        ranked[low - 1] if low >= 1 else -math.inf,
        ranked[high - 1] if high <= n else math.inf,
        n,
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """`events` of `units`, such as character errors of characters; may be over 100%. The interval
    is the percentile bootstrap's over calls (Efron 1979; by call, since the turns of a call are
    alike: Bisani and Ney 2004)."""

    events: int
    units: int
    low: float
    high: float

    @property
    def percent(self) -> float:
        return 100 * self.events / self.units if self.units else math.nan

    def __str__(self) -> str:
        return f"{self.percent:.1f} [{self.low:.1f}, {self.high:.1f}]"


def rate(calls: Sequence[tuple[int, int]], draws: int = 2000) -> Rate:
    """`calls` are events and units of each call; the draws are always the same."""
    counted = np.array([pair for pair in calls if pair[1]], dtype=float).reshape(-1, 2)
    events, units = counted.sum(axis=0)
    if not units:
        return Rate(0, 0, math.nan, math.nan)
    chosen = np.random.default_rng(1).integers(len(counted), size=(draws, len(counted)))
    drawn = counted[chosen].sum(axis=1)
    low, high = np.percentile(100 * drawn[:, 0] / drawn[:, 1], (2.5, 97.5))
    return Rate(int(events), int(units), float(low), float(high))


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
