"""Which entries of a closed list fit the sound: a beam search over the list's own tokens.

The list becomes a trie, so that what entries share is decoded once, and the search
keeps only the best beginnings. Once few entries are left their remaining tokens are
decoded in one go, which costs hardly more than one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ivr.ports import Fit

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

BEAM = 12
FEW = 8
"""Entries that are finished in one go."""
BEHIND = 8.0
"""A beginning this much less likely (log-probability) than the best is given up."""

Memory = TypeVar("Memory", contravariant=True)


class Rows(Protocol):
    """The decoder's state of some rows."""

    def rows(self, chosen: Ids) -> Self: ...


State = TypeVar("State", bound=Rows)


class Decoder(Protocol[State, Memory]):
    """The part of WhisperDecoder that is used."""

    def start(self) -> State: ...

    def advance(self, columns: Ids, context: State, heard: Memory) -> tuple[Floats, State]: ...


@dataclass(slots=True)
class _Node:
    """A beginning that entries share; `entries` are the list positions that end here."""

    children: dict[int, _Node] = field(default_factory=dict)
    entries: list[int] = field(default_factory=list)
    below: int = 0


@dataclass(frozen=True, slots=True)
class _Beginning:
    score: float
    node: _Node
    row: int


def score_entries(
    decoder: Decoder[State, Memory],
    heard: Memory,
    prompt: Sequence[int],
    end: int,
    entries: Sequence[Sequence[int]],
    beam: int = BEAM,
    few: int = FEW,
    behind: float = BEHIND,
) -> list[Fit | None]:
    """The fit of every entry, in order.

    None for an entry that the beam lost, or that has no tokens. All numbers are columns
    of the decoder's vocabulary.
    """
    totals: list[float | None] = [None] * len(entries)
    root = _trie(entries)
    said, context = decoder.advance(np.array([prompt]), decoder.start(), heard)
    next_token = said[:, -1]
    live = [_Beginning(0.0, root, 0)]
    while live:
        if sum(beginning.node.below for beginning in live) <= few:
            _finish(decoder, heard, context, next_token, live, end, totals)
            break
        for beginning in live:
            for entry in beginning.node.entries:
                totals[entry] = beginning.score + float(next_token[beginning.row, end])
        ways = _best_ways(live, next_token, beam, behind)
        if not ways:
            break
        rows = np.array([beginning.row for _, _, beginning in ways])
        columns = np.array([[token] for _, token, _ in ways])
        said, context = decoder.advance(columns, context.rows(rows), heard)
        next_token = said[:, -1]
        live = [
            _Beginning(score, beginning.node.children[token], row)
            for row, (score, token, beginning) in enumerate(ways)
        ]
    return [
        None if total is None else Fit(total, len(entry) + 1)
        for total, entry in zip(totals, entries, strict=True)
    ]


def _trie(entries: Sequence[Sequence[int]]) -> _Node:
    root = _Node()
    for number, entry in enumerate(entries):
        if not entry:
            continue
        node = root
        node.below += 1
        for token in entry:
            node = node.children.setdefault(token, _Node())
            node.below += 1
        node.entries.append(number)
    return root


def _best_ways(
    live: list[_Beginning], next_token: Floats, beam: int, behind: float
) -> list[tuple[float, int, _Beginning]]:
    """The `beam` best ways to go on by one token, none far behind the best."""
    ways = [
        (beginning.score + float(next_token[beginning.row, token]), token, beginning)
        for beginning in live
        for token in beginning.node.children
    ]
    ways.sort(key=lambda way: -way[0])
    return [way for way in ways[:beam] if way[0] > ways[0][0] - behind]


def _finish(
    decoder: Decoder[State, Memory],
    heard: Memory,
    context: State,
    next_token: Floats,
    live: list[_Beginning],
    end: int,
    totals: list[float | None],
) -> None:
    """Score every entry below `live` with its whole remaining tokens in one batch."""
    tails = [
        (beginning, tail, entry) for beginning in live for tail, entry in _tails(beginning.node)
    ]
    longest = max((len(tail) for _, tail, _ in tails), default=0)
    following = np.zeros((len(tails), 0, next_token.shape[1]), dtype=np.float32)
    if longest:
        columns = np.full((len(tails), longest), end, dtype=np.int64)
        for row, (_, tail, _) in enumerate(tails):
            columns[row, : len(tail)] = tail
        rows = np.array([beginning.row for beginning, _, _ in tails])
        following, _ = decoder.advance(columns, context.rows(rows), heard)
    for row, (beginning, tail, entry) in enumerate(tails):
        total = beginning.score
        before = next_token[beginning.row]
        for position, token in enumerate([*tail, end]):
            total += float(before[token])
            if position < len(tail):
                before = following[row, position]
        totals[entry] = total


def _tails(node: _Node) -> list[tuple[list[int], int]]:
    found: list[tuple[list[int], int]] = [([], entry) for entry in node.entries]
    for token, child in node.children.items():
        found += [([token, *tail], entry) for tail, entry in _tails(child)]
    return found
