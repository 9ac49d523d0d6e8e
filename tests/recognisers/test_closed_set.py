"""The search over a list, with a decoder whose probabilities are known."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.recognisers.closed_set import Search, Tree, say_prompt, totals

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
Entry = tuple[int, ...]
Said = tuple[Entry, ...]

TOKENS = 6
END = 5
CHARACTERS = [1.0, 1.0, 1 / 3, 2 / 3, 1.0, 0.0]
PROMPT: Entry = (0, 1)
EVERYTHING = Search(most=1e9, behind=1e9)


class KnownDecoder:
    """The probability of a token depends on the whole beginning, by a fixed rule.

    `heard` is the number that seeds the rule; what was said is the beginning of each token.
    `rare` are tokens that are unlikely after the prompt.
    """

    def __init__(self, rare: Sequence[int] = ()) -> None:
        self.rare = list(rare)
        self.decoded: list[int] = []

    def nothing(self) -> Said:
        return ()

    def say(self, columns: Ids, parents: Ids, said: Said, heard: int) -> tuple[Floats, Said]:
        self.decoded.append(len(columns))
        beginnings = list(said)
        for column, parent in zip(columns.tolist(), parents.tolist(), strict=True):
            beginnings.append((*(beginnings[parent] if parent >= 0 else ()), column))
        answers = [self.following(beginning, heard) for beginning in beginnings[len(said) :]]
        return np.array(answers, dtype=np.float32), tuple(beginnings)

    def following(self, beginning: Entry, heard: int) -> Floats:
        raw = rule(beginning, heard).copy()
        if beginning == PROMPT:
            raw[self.rare] -= 6.0
        return np.asarray(raw - np.log(np.exp(raw).sum()), dtype=np.float32)


@functools.cache
def rule(beginning: Entry, heard: int) -> Floats:
    raw = np.random.default_rng([heard, *beginning]).normal(size=TOKENS) * 2
    return raw.astype(np.float32)


def exact(entry: Entry, heard: int, decoder: KnownDecoder | None = None) -> float:
    """The total by its definition, one token after the other."""
    beginning: Entry = PROMPT
    total = 0.0
    for token in (*entry, END):
        total += float((decoder or KnownDecoder()).following(beginning, heard)[token])
        beginning = (*beginning, token)
    return total


def search(
    entries: Sequence[Entry],
    how: Search = EVERYTHING,
    heard: int = 1,
    decoder: KnownDecoder | None = None,
) -> list[float | None]:
    decoder = decoder or KnownDecoder()
    opening = say_prompt(decoder, heard, PROMPT)
    decoder.decoded.clear()
    return totals(decoder, heard, opening, END, Tree(entries, CHARACTERS), how)


entry_lists = st.lists(
    st.lists(st.integers(0, TOKENS - 2), min_size=1, max_size=6).map(tuple), max_size=15
)
heards = st.integers(0, 20)


@given(entry_lists, heards, st.integers(1, 9), st.floats(0, 4), st.integers(0, 4))
def test_without_bounds_every_entry_has_its_exact_total(
    entries: list[Entry], heard: int, run: int, ahead: float, small: int
) -> None:
    how = Search(run=run, most=1e9, behind=1e9, ahead=ahead, small=small)
    for entry, total in zip(entries, search(entries, how, heard), strict=True):
        assert total == pytest.approx(exact(entry, heard), abs=1e-4)


@given(entry_lists, heards, st.integers(1, 9), st.floats(0, 10))
def test_only_entries_far_behind_the_best_are_given_up(
    entries: list[Entry], heard: int, run: int, behind: float
) -> None:
    found = search(entries, Search(run=run, most=1e9, behind=behind), heard)
    best = max((exact(entry, heard) for entry in entries), default=0.0)
    for entry, total in zip(entries, found, strict=True):
        if total is None:
            assert exact(entry, heard) < best - behind + 1e-4
        else:
            assert total == pytest.approx(exact(entry, heard), abs=1e-4)


@given(entry_lists, heards, st.integers(1, 20))
def test_the_number_of_tokens_is_bounded(entries: list[Entry], heard: int, most: int) -> None:
    decoder = KnownDecoder()
    search(entries, Search(run=8, most=most, small=2), heard, decoder)
    one_group = 8
    assert sum(decoder.decoded) <= most + one_group


def test_an_entry_that_begins_with_a_rare_token_is_not_lost() -> None:
    decoder = KnownDecoder(rare=[2])
    entries = [(a, b, c) for a in range(5) for b in range(5) for c in range(5)]
    of_rare = [entry for entry in entries if entry[0] == 2]
    scores = {entry: exact(entry, 3, decoder) for entry in entries}
    best_rare = max(of_rare, key=lambda entry: scores[entry])
    assert max(scores.values()) - scores[best_rare] < 10.0
    found = search(entries, Search(run=8, most=1e9, behind=10.0), 3, decoder)
    assert found[entries.index(best_rare)] == pytest.approx(scores[best_rare], abs=1e-4)


def test_what_is_far_behind_is_not_decoded() -> None:
    entries = [(a, b, c) for a in range(5) for b in range(5) for c in range(5)]
    everything, part = KnownDecoder(), KnownDecoder()
    search(entries, EVERYTHING, 7, everything)
    search(entries, Search(run=4, most=1e9, behind=4.0), 7, part)
    assert sum(part.decoded) < sum(everything.decoded) / 2


def test_an_entry_without_tokens_has_no_total() -> None:
    assert search([(), (1,)])[0] is None
    assert search([(), ()]) == [None, None]
    assert search([]) == []


def test_entries_that_are_the_same_have_the_same_total() -> None:
    first, second, beginning = search([(1, 2), (1, 2), (1,)])
    assert first == second
    assert beginning is not None


def test_what_entries_share_is_decoded_once() -> None:
    decoder = KnownDecoder()
    shared = (1,) * 10
    search([(*shared, last) for last in range(5)], decoder=decoder)
    assert sum(decoder.decoded) == len(shared) + 5


@given(entry_lists)
def test_all_that_is_below_a_node_directly_follows_it(entries: list[Entry]) -> None:
    tree = Tree(entries, CHARACTERS)
    assert tree.sizes[0] == len(tree.tokens)
    for node, children in enumerate(tree.children):
        below = {node}
        for later in range(node + 1, len(tree.tokens)):
            if tree.parents[later] in below:
                below.add(later)
        assert below == set(range(node, node + tree.sizes[node]))
        assert len({tree.tokens[child] for child in children}) == len(children)


def test_a_node_knows_how_much_was_written() -> None:
    tree = Tree([(0, 2, 3, 4)], CHARACTERS)
    assert tree.written == pytest.approx([0, 1, 4 / 3, 2, 3])


def test_a_small_rest_is_decoded_together_with_its_beginning() -> None:
    tree = Tree(
        [(1, 2, 3), (1, 2, 4), (2, 1, 1, 1, 1, 1), (3, 1), (3, 2), (3, 3), (3, 4)], CHARACTERS
    )
    by_first = {tree.tokens[node]: node for node in tree.children[0]}
    assert len(tree.together(by_first[1], 3)) == 4
    assert len(tree.together(by_first[2], 3)) == 4
    assert len(tree.together(by_first[3], 3)) == 1
