"""Where inside an utterance a phrase lies: the alignment of `phrase_trie`, with its path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grammars.phrase_trie import EXTRA, missing_costs
from grammars.sound import cost_matrix, symbol
from grammars.spoken import Spoken


def locate(
    phrase: Sequence[int], utterance: Spoken, weights: npt.NDArray[np.float32]
) -> tuple[int, int, float]:
    """(start, end, cost) of the cheapest alignment; among equals the shortest stretch."""
    costs = cost_matrix()
    heard = [[symbol(reading) for reading in readings] for readings in utterance.readings]
    missing = missing_costs(weights)
    above: list[tuple[float, int]] = [(0.0, at) for at in range(len(heard) + 1)]
    for number in phrase:
        weight = float(weights[number])
        absent = float(missing[number])
        row: list[tuple[float, int]] = [(above[0][0] + absent, above[0][1])]
        for at, readings in enumerate(heard, start=1):
            unlike = weight * min(float(costs[number, reading]) for reading in readings)
            row.append(
                min(
                    (above[at - 1][0] + unlike, above[at - 1][1]),
                    (above[at][0] + absent, above[at][1]),
                    (row[at - 1][0] + EXTRA, row[at - 1][1]),
                    key=lambda pair: (round(pair[0], 5), -pair[1]),
                )
            )
        above = row
    cost, start, end = min(
        ((cost, start, end) for end, (cost, start) in enumerate(above)),
        key=lambda triple: (round(triple[0], 5), triple[2] - triple[1]),
    )
    return start, end, cost
