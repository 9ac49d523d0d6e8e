"""Thousands of phrases against an N-best list in one pass: a syllable trie and a vectorised
alignment.

Phrases are rows of syllable symbols. They share a trie, stored level by level;
the alignment table of a whole level is computed by NumPy at once, and subtrees
that can no longer reach a useful score are left out. The result is exact for
every phrase kept: the cheapest way to find the phrase somewhere inside the
utterance (a sub-sequence alignment, in the manner of Sellers 1980).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grammars.fillers import inserted
from grammars.sound import SYMBOLS, cost_matrix, symbol
from grammars.spoken import Spoken, readings_of

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

EXTRA = 0.45  # cost of a syllable heard inside the phrase that is not part of it
FILLER = 0.08  # ... when it is a filler (秦淮的那个总院)
_FILLER_PASSES = 4  # so many fillers in a row
MISMATCH = 3.0  # what a cost of one takes away; random syllables then score below zero
_SHARED_MISSING = 0.25  # cost of a missing syllable that most entries share (医院), and ...
_RARE_MISSING = 0.85  # ... of one that tells an entry from the others, times their weight
_WALL = np.float32(99.0)


@dataclass(frozen=True, slots=True)
class _Level:
    symbols: Ints  # of each node
    parents: Ints  # index into the level above
    weight: Floats  # total syllable weight from the root
    reach: Floats  # greatest total weight of any phrase below this node
    ends: Ints  # nodes where phrases end
    end_phrases: Ints  # ... and which phrases those are


@dataclass(frozen=True, slots=True)
class Found:
    """Phrases worth a look: indices, the score in every hypothesis, and the phrase's weight."""

    phrases: Ints
    gains: Floats  # phrases x hypotheses
    weights: Floats


def missing_costs(weights: Floats) -> Floats:
    """Cost of each syllable of a phrase that was not heard: callers leave out the common ones."""
    return (weights * (_SHARED_MISSING + (_RARE_MISSING - _SHARED_MISSING) * weights)).astype(
        np.float32
    )


class PhraseTrie:
    """Built once from rows of syllable symbols; `weights` is the worth of each symbol (0..1)."""

    def __init__(self, rows: Sequence[tuple[int, ...]], weights: Floats) -> None:
        self._weights = weights
        self._missing = missing_costs(weights)
        self._levels = _levels(rows, weights)
        used = sorted({number for row in rows for number in row})
        self._used = np.array(used, dtype=np.int64)
        place = np.zeros(SYMBOLS, dtype=np.int32)
        place[self._used] = np.arange(len(used), dtype=np.int32)
        self._place = place

    def find(self, heard: Sequence[Spoken], floor: float, likeness: float) -> Found:
        """All phrases whose score is at least `floor` in one of the utterances.

        Score = weight of the phrase - MISMATCH x cost of its alignment; phrases whose cost is
        more than 1 - `likeness` of their weight are left out.
        """
        slack = 1 - likeness
        starts = np.cumsum([0, *(len(u) + 1 for u in heard)])[:-1]
        width = sum(len(u) + 1 for u in heard)
        empty = np.zeros(0, dtype=np.int32)
        nothing = Found(empty, np.zeros((0, len(heard)), np.float32), np.zeros(0, np.float32))
        if not len(self._used) or width == len(heard):
            return nothing
        substitution = self._substitution(heard, width)
        extra = np.concatenate([[_WALL, *extra_costs(u.text)] for u in heard]).astype(np.float32)
        passes = 1 if extra.min() >= EXTRA else _FILLER_PASSES
        rows = np.zeros((1, width), dtype=np.float32)
        kept = np.zeros(1, dtype=np.int32)
        found_phrases: list[Ints] = []
        found_gains: list[Floats] = []
        found_weights: list[Floats] = []
        for level in self._levels:
            position = np.full(int(level.parents.max()) + 1, -1, dtype=np.int32)
            inside = kept[kept < len(position)]
            position[inside] = np.arange(len(kept), dtype=np.int32)[kept < len(position)]
            parent_row = position[level.parents]
            alive = np.flatnonzero(parent_row >= 0)
            if not len(alive):
                break
            symbols = level.symbols[alive]
            above = rows[parent_row[alive]]
            now = above + self._missing[symbols][:, None]
            diagonal = substitution[self._place[symbols]]
            diagonal[:, 1:] += above[:, :-1]
            np.minimum(now, diagonal, out=now)
            for _ in range(passes):
                np.minimum(now[:, 1:], now[:, :-1] + extra[1:], out=now[:, 1:])
            best = now.min(axis=1)
            reach = level.reach[alive]
            good = (reach - MISMATCH * best >= floor) & (best <= slack * reach)
            kept = alive[good].astype(np.int32)
            rows = now[good]
            if not len(kept):
                break
            if len(level.ends):
                row_of = np.full(len(level.symbols), -1, dtype=np.int32)
                row_of[kept] = np.arange(len(kept), dtype=np.int32)
                at = row_of[level.ends]
                here = at >= 0
                costs = np.minimum.reduceat(rows[at[here]], starts, axis=1)
                weight = level.weight[level.ends[here]]
                gains = weight[:, None] - MISMATCH * costs
                least = costs.min(axis=1)
                useful = (gains.max(axis=1) >= floor) & (least <= slack * weight)
                found_phrases.append(level.end_phrases[here][useful])
                found_gains.append(gains[useful].astype(np.float32))
                found_weights.append(weight[useful])
        if not found_phrases:
            return nothing
        return Found(
            np.concatenate(found_phrases),
            np.concatenate(found_gains),
            np.concatenate(found_weights),
        )

    def _substitution(self, heard: Sequence[Spoken], width: int) -> Floats:
        """Weighted cost of each symbol of this list against each syllable heard."""
        table = np.full((len(self._used), width), _WALL, dtype=np.float32)
        scale = self._weights[self._used][:, None]
        column = 0
        for utterance in heard:
            column += 1
            end = column + len(utterance)
            table[:, column:end] = costs_of(utterance.text)[self._used] * scale
            column = end
        return table


@lru_cache(maxsize=256)
def extra_costs(row: str) -> tuple[float, ...]:
    """What each syllable of a plain row costs when a phrase has to be stretched around it."""
    costs = [EXTRA] * len(row)
    for start, end in inserted(row):
        costs[start:end] = [FILLER] * (end - start)
    return tuple(costs)


@lru_cache(maxsize=64)
def costs_of(row: str) -> Floats:
    """SYMBOLS x len(row): the cost of hearing each syllable of a plain row for each symbol."""
    costs = cost_matrix()
    table = np.empty((SYMBOLS, len(row)), dtype=np.float32)
    for column, readings in enumerate(readings_of(row)):
        numbers = [symbol(reading) for reading in readings]
        table[:, column] = (
            costs[:, numbers].min(axis=1) if len(numbers) > 1 else costs[:, numbers[0]]
        )
    table.setflags(write=False)
    return table


def _levels(rows: Sequence[tuple[int, ...]], weights: Floats) -> list[_Level]:
    order = sorted(range(len(rows)), key=lambda index: rows[index])
    depth = max((len(row) for row in rows), default=0)
    symbols: list[list[int]] = [[] for _ in range(depth)]
    parents: list[list[int]] = [[] for _ in range(depth)]
    ends: list[list[int]] = [[] for _ in range(depth)]
    end_phrases: list[list[int]] = [[] for _ in range(depth)]
    before: tuple[int, ...] = ()
    path: list[int] = []  # node index at every level of the current branch
    for index in order:
        row = rows[index]
        shared = 0
        while shared < min(len(row), len(before)) and row[shared] == before[shared]:
            shared += 1
        del path[shared:]
        for level in range(shared, len(row)):
            symbols[level].append(row[level])
            parents[level].append(path[level - 1] if level else 0)
            path.append(len(symbols[level]) - 1)
        if row:
            ends[len(row) - 1].append(path[len(row) - 1])
            end_phrases[len(row) - 1].append(index)
        before = row
    levels: list[_Level] = []
    total = np.zeros(1, dtype=np.float32)
    for level in range(depth):
        above = np.array(parents[level], dtype=np.int32)
        number = np.array(symbols[level], dtype=np.int32)
        total = (total[above] + weights[number]).astype(np.float32)
        levels.append(
            _Level(
                number,
                above,
                total,
                np.zeros(len(number), dtype=np.float32),
                np.array(ends[level], dtype=np.int32),
                np.array(end_phrases[level], dtype=np.int32),
            )
        )
    for level in range(depth - 1, -1, -1):
        node = levels[level]
        node.reach[node.ends] = np.maximum(node.reach[node.ends], node.weight[node.ends])
        if level:
            np.maximum.at(levels[level - 1].reach, node.parents, node.reach)
    return levels
