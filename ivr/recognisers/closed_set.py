"""Which entries of a closed list fit the sound: a search through the tree of their tokens.

What entries share is decoded once. The likeliest beginnings are decoded first, many in
a run (a run costs as much as five tokens more), until none that is left can come near the
best entry, or the bound is reached. So a rare first token loses nothing: a beginning
waits for its turn and is given up only when better entries are complete.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Entry = tuple[int, ...]

RUN = 20
"""Tokens decoded in one run, about."""
MOST = 180
"""Tokens decoded for a list, about: the bound on the time."""
BEHIND = 8.0
"""An entry this much less likely (log-probability) than the best is given up."""
AHEAD = 6.0
"""How much less likely a beginning may be for each character that it is longer, to be as urgent.

A likely character costs 1 to 2, so urgency falls to the ends: the sooner the best entries are
complete, the sooner the others can be given up.
"""
SMALL = 1
"""What is below a token is decoded together with it when it is no more than so many tokens."""

Said = TypeVar("Said", bound=Sized)
Heard = TypeVar("Heard", contravariant=True)


class Decoder(Protocol[Said, Heard]):
    """The part of WhisperDecoder that is used."""

    def nothing(self) -> Said: ...

    def say(self, columns: Ids, parents: Ids, said: Said, heard: Heard) -> tuple[Floats, Said]: ...


@dataclass(frozen=True, slots=True)
class Opening(Generic[Said]):
    """A prompt that was said, and the log-probabilities [vocabulary] of what follows it."""

    said: Said
    following: Floats


@dataclass(frozen=True, slots=True)
class Search:
    """How far to search; see the constants."""

    run: int = RUN
    most: float = MOST
    behind: float = BEHIND
    ahead: float = AHEAD
    small: int = SMALL


def say_prompt(decoder: Decoder[Said, Heard], heard: Heard, prompt: Sequence[int]) -> Opening[Said]:
    """Once an utterance. `prompt` are columns of the decoder's vocabulary."""
    columns = np.array(prompt, dtype=np.int64)
    scores, said = decoder.say(columns, np.arange(len(columns)) - 1, decoder.nothing(), heard)
    return Opening(said, scores[-1])


class Tree:
    """The tokens of all entries, those that beginnings share only once.

    `characters` says of each column how many characters it writes: a third for each
    byte, as of a rare character that is several tokens. `written` is their sum up to a
    node. Node 0 stands before the first token. Nodes are numbered so that all that is below
    a node directly follows it: node + 1 to node + size - 1.
    """

    def __init__(self, entries: Sequence[Entry], characters: Sequence[float]) -> None:
        self._characters = characters
        self.tokens = [-1]
        self.parents = [-1]
        self.sizes = [1]
        self.written = [0.0]
        self.children: list[list[int]] = [[]]
        self.entries: list[list[int]] = [[]]
        self.count = len(entries)
        path: list[int] = [0]
        before: Entry = ()
        for number in sorted(range(len(entries)), key=lambda number: entries[number]):
            entry = entries[number]
            if not entry:
                continue
            shared = 0
            while shared < min(len(entry), len(before)) and entry[shared] == before[shared]:
                shared += 1
            del path[shared + 1 :]
            for token in entry[shared:]:
                path.append(self._grow(path[-1], token))
            self.entries[path[-1]].append(number)
            before = entry
        for node in range(len(self.tokens) - 1, 0, -1):
            self.sizes[self.parents[node]] += self.sizes[node]

    def _grow(self, parent: int, token: int) -> int:
        node = len(self.tokens)
        self.tokens.append(token)
        self.parents.append(parent)
        self.sizes.append(1)
        self.written.append(self.written[parent] + self._characters[token])
        self.children.append([])
        self.entries.append([])
        self.children[parent].append(node)
        return node

    def together(self, node: int, small: int) -> range:
        """`node` and what is decoded with it: all below it, or its only ways on."""
        if self.sizes[node] <= small + 1:
            return range(node, node + self.sizes[node])
        last = node
        while len(self.children[last]) == 1 and last - node < small:
            last += 1
        return range(node, last + 1)


def totals(
    decoder: Decoder[Said, Heard],
    heard: Heard,
    opening: Opening[Said],
    end: int,
    tree: Tree,
    search: Search,
) -> list[float | None]:
    """The log-probability of every entry and of the column `end` behind it, in their order.

    None for an entry that is `search.behind` behind the best, that the bound did not let
    be reached, or that has no tokens.
    """
    found: list[float | None] = [None] * tree.count
    best = -np.inf
    said = opening.said
    total = [0.0] * len(tree.tokens)  # of the tokens up to and with each node
    number = [len(said) - 1] * len(tree.tokens)  # in `said`
    waiting: list[tuple[float, int]] = []

    def follow(node: int, following: Floats, decoded: range) -> float:
        """Note what the log-probabilities behind `node` say; the best entry that ends there."""
        best_here = -np.inf
        for entry in tree.entries[node]:
            best_here = found[entry] = total[node] + float(following[end])
        for child in tree.children[node]:
            total[child] = total[node] + float(following[tree.tokens[child]])
            if child not in decoded:
                urgency = total[child] + search.ahead * tree.written[child]
                heapq.heappush(waiting, (-urgency, child))
        return best_here

    follow(0, opening.following, range(0))
    left = search.most
    while waiting and left > search.run / 4:  # a run of a few would cost as much as a full one
        groups: list[range] = []
        room = min(search.run, left)
        while waiting and room > 0:
            _, node = heapq.heappop(waiting)
            if total[node] >= best - search.behind:
                alone = not waiting and not groups
                groups.append(tree.together(node, search.run if alone else search.small))
                room -= len(groups[-1])
        nodes = [node for group in groups for node in group]
        if not nodes:
            break
        number_of_first = len(said)
        for at, node in enumerate(nodes, number_of_first):
            number[node] = at
        columns = np.array([tree.tokens[node] for node in nodes])
        parents = np.array([number[tree.parents[node]] for node in nodes])
        scores, said = decoder.say(columns, parents, said, heard)
        left -= len(nodes)
        for group in groups:
            for node in group:
                best = max(best, follow(node, scores[number[node] - number_of_first], group))
    return [None if total is None or total < best - search.behind else total for total in found]
