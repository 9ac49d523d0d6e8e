"""Where inside an utterance a phrase lies: the alignment of `phrase_trie`, with its path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grammars.phrase_trie import costs_of, extra_costs
from grammars.spoken import Spoken

_SAME = 1e-5


def locate(
    phrase: Sequence[int],
    utterance: Spoken,
    weights: npt.NDArray[np.float32],
    missing: npt.NDArray[np.float32],
) -> tuple[int, int, float]:
    """(start, end, cost) of the cheapest alignment; among equals the shortest stretch.

    `weights` and `missing` are the worth of each symbol and the cost of not hearing it.
    """
    numbers = list(phrase)
    unlike = (costs_of(utterance.text)[numbers] * weights[numbers][:, None]).tolist()
    absent = missing[numbers].tolist()
    extra = extra_costs(utterance.text)
    width = len(utterance)
    above = [0.0] * (width + 1)
    above_from = list(range(width + 1))
    for row_costs, gap in zip(unlike, absent, strict=True):
        row = [above[0] + gap]
        row_from = [above_from[0]]
        for at in range(width):
            cost, start = above[at] + row_costs[at], above_from[at]
            other = above[at + 1] + gap
            if other < cost - _SAME or (other < cost + _SAME and above_from[at + 1] > start):
                cost, start = other, above_from[at + 1]
            other = row[at] + extra[at]
            if other < cost - _SAME:
                cost, start = other, row_from[at]
            row.append(cost)
            row_from.append(start)
        above, above_from = row, row_from
    cost, start, end = above[0], above_from[0], 0
    for at in range(1, width + 1):
        shorter = at - above_from[at] < end - start
        if above[at] < cost - _SAME or (above[at] < cost + _SAME and shorter):
            cost, start, end = above[at], above_from[at], at
    return start, end, cost
