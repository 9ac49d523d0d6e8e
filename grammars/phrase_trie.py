"""Thousands of phrases against an N-best list in one pass: a syllable trie and a vectorised
alignment.

Phrases are rows of syllable symbols. They share a trie, stored level by level;
the alignment table of a whole level is computed by NumPy at once. The result is
exact for every phrase kept: the cheapest way to find the phrase somewhere inside
the utterance (a sub-sequence alignment, in the manner of Sellers 1980).

What makes it fast is a bound (as in A* search): a syllable never costs less than
its likeness to the most similar one heard anywhere in the N-best list. One pass
from the leaves up tells how much each node may cost at most if a useful phrase
is to be left below it; few nodes of tens of thousands are then aligned at all,
so that five hypotheses cost little more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grammars.fillers import inserted
from grammars.sound import cost_matrix, symbol
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
    symbols: Ints  # of each node, as places in the trie's alphabet
    parents: Ints  # index into the level above; children of one parent stand together
    mothers: Ints  # nodes of the level above that have children ...
    first_child: npt.NDArray[np.int64]  # ... and where those begin
    ends: Ints  # nodes where phrases end, each once
    end_weight: Floats  # ... their total syllable weight
    end_first: Ints  # ... and their phrases: phrases[end_first[i] : end_first[i + 1]]
    phrases: Ints


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
        used = sorted({number for row in rows for number in row})
        self._used = np.array(used, dtype=np.int64)
        self._weights = weights[self._used]
        self._missing = missing_costs(self._weights)
        place = {number: at for at, number in enumerate(used)}
        self._levels = _levels([tuple(map(place.__getitem__, row)) for row in rows], self._weights)
        self._own_budgets: dict[tuple[float, float], list[Floats]] = {}

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
        least = np.minimum(self._missing, substitution.min(axis=1))
        budgets = self._budgets(least, floor, slack)
        extra = np.concatenate([[_WALL, *extra_costs(u.text)] for u in heard]).astype(np.float32)
        passes = 1 if extra.min() >= EXTRA else _FILLER_PASSES
        rows = np.zeros((1, width), dtype=np.float32)
        cheapest = np.zeros(1, dtype=np.float32)
        kept = np.zeros(1, dtype=np.int32)
        found_phrases: list[Ints] = []
        found_gains: list[Floats] = []
        found_weights: list[Floats] = []
        for level, budget in zip(self._levels, budgets, strict=True):
            before = np.full(int(level.mothers[-1]) + 1, np.inf, dtype=np.float32)
            position = np.zeros(len(before), dtype=np.int32)
            inside = kept < len(before)
            before[kept[inside]] = cheapest[inside]
            position[kept[inside]] = np.flatnonzero(inside)
            alive = np.flatnonzero(before[level.parents] + least[level.symbols] <= budget)
            if not len(alive):
                break
            symbols = level.symbols[alive]
            above = rows[position[level.parents[alive]]]
            now = above + self._missing[symbols][:, None]
            diagonal = substitution[symbols]
            diagonal[:, 1:] += above[:, :-1]
            np.minimum(now, diagonal, out=now)
            for _ in range(passes):
                np.minimum(now[:, 1:], now[:, :-1] + extra[1:], out=now[:, 1:])
            cheapest = now.min(axis=1)
            good = cheapest <= budget[alive]
            kept, cheapest, rows = alive[good].astype(np.int32), cheapest[good], now[good]
            if not len(kept):
                break
            if not len(level.ends):
                continue
            row_of = np.full(len(level.symbols), -1, dtype=np.int32)
            row_of[kept] = np.arange(len(kept), dtype=np.int32)
            here = np.flatnonzero(row_of[level.ends] >= 0)
            costs = np.minimum.reduceat(rows[row_of[level.ends[here]]], starts, axis=1)
            weight = level.end_weight[here]
            useful = costs.min(axis=1) <= _allowed(weight, floor, slack)
            here, weight = here[useful], weight[useful]
            gains = (weight[:, None] - MISMATCH * costs[useful]).astype(np.float32)
            first = level.end_first[here]
            counts = level.end_first[here + 1] - first
            found_phrases += [
                level.phrases[at : at + count]
                for at, count in zip(first.tolist(), counts.tolist(), strict=True)
            ]
            found_gains.append(gains.repeat(counts, axis=0))
            found_weights.append(weight.repeat(counts))
        if not found_phrases:
            return nothing
        return Found(
            np.concatenate(found_phrases),
            np.concatenate(found_gains),
            np.concatenate(found_weights),
        )

    def _budgets(self, least: Floats, floor: float, slack: float) -> list[Floats]:
        """What the alignment of each node may cost, level by level: no phrase below a node that
        costs more can be useful. `least`: the least cost of each symbol in these utterances."""
        budgets: list[Floats] = []
        below: _Level | None = None
        if (floor, slack) not in self._own_budgets:
            self._own_budgets[floor, slack] = [
                _own_budget(level, floor, slack) for level in self._levels
            ]
        for level, own in zip(
            reversed(self._levels), reversed(self._own_budgets[floor, slack]), strict=True
        ):
            budget = own.copy()
            if below is not None:
                left = budgets[-1] - least[below.symbols]
                best = np.maximum.reduceat(left, below.first_child)
                budget[below.mothers] = np.maximum(budget[below.mothers], best)
            budgets.append(budget)
            below = level
        return budgets[::-1]

    def _substitution(self, heard: Sequence[Spoken], width: int) -> Floats:
        """Weighted cost of each symbol of this list against each syllable heard."""
        table = np.full((len(self._used), width), _WALL, dtype=np.float32)
        column = 0
        for utterance in heard:
            column += 1
            end = column + len(utterance)
            table[:, column:end] = costs_of(utterance.text)[self._used]
            column = end
        table *= self._weights[:, None]
        return table


def _own_budget(level: _Level, floor: float, slack: float) -> Floats:
    """What each node may cost for the phrases that end there."""
    budget = np.full(len(level.symbols), -np.inf, dtype=np.float32)
    budget[level.ends] = _allowed(level.end_weight, floor, slack)
    return budget


def _allowed(weight: Floats, floor: float, slack: float) -> Floats:
    """The greatest cost at which a phrase of this weight is useful."""
    by_floor: Floats = (weight - np.float32(floor)) / np.float32(MISMATCH)
    by_likeness: Floats = weight * np.float32(slack)
    return np.minimum(by_floor, by_likeness)


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
    costs = cost_matrix()  # symmetric: its rows are its columns, and lie together in memory
    readings = readings_of(row)
    table = costs[[symbol(choices[0]) for choices in readings]]
    for column, choices in enumerate(readings):
        for reading in choices[1:]:
            np.minimum(table[column], costs[symbol(reading)], out=table[column])
    table = np.ascontiguousarray(table.T)
    table.setflags(write=False)
    return table


def _levels(rows: Sequence[tuple[int, ...]], weights: Floats) -> list[_Level]:
    order = sorted(range(len(rows)), key=lambda index: rows[index])
    depth = max((len(row) for row in rows), default=0)
    symbols: list[list[int]] = [[] for _ in range(depth)]
    parents: list[list[int]] = [[] for _ in range(depth)]
    ends: list[dict[int, list[int]]] = [{} for _ in range(depth)]
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
            ends[len(row) - 1].setdefault(path[len(row) - 1], []).append(index)
        before = row
    levels: list[_Level] = []
    total = np.zeros(1, dtype=np.float32)
    for level in range(depth):
        above = np.array(parents[level], dtype=np.int32)
        number = np.array(symbols[level], dtype=np.int32)
        total = (total[above] + weights[number]).astype(np.float32)
        mothers, first_child = np.unique(above, return_index=True)
        end_nodes = np.array(list(ends[level]), dtype=np.int32)
        counts = [len(phrases) for phrases in ends[level].values()]
        levels.append(
            _Level(
                symbols=number,
                parents=above,
                mothers=mothers.astype(np.int32),
                first_child=first_child.astype(np.int64),
                ends=end_nodes,
                end_weight=total[end_nodes],
                end_first=np.cumsum([0, *counts], dtype=np.int32),
                phrases=np.array([p for own in ends[level].values() for p in own], dtype=np.int32),
            )
        )
    return levels
