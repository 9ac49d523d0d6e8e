"""Strings along a grammar, with a decoder whose probabilities are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognisers.closed_set import say_prompt
from ivr.recognisers.spelling_search import LONGEST, spelled
from tests.recognisers.test_closed_set import END, PROMPT, KnownDecoder, exact

Words = dict[str, list[tuple[int, ...]]]

ONE_WAY: Words = {"a": [(2,)], "b": [(3,)], "c": [(4, 3)]}
COLUMNS: Words = {"a": [(2,)], "b": [(3,), (4, 2)], "c": [(4, 3)]}
WORDS = {character: (character,) for character in COLUMNS}


@dataclass(frozen=True)
class Even:
    """Strings of `length` of a, b and c without the same twice in a row."""

    length: int = 3
    start: str = ""
    before: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: WORDS)

    def follow(self, prefix: str) -> str:
        if len(prefix) >= self.length:
            return ""
        return "".join(c for c in "abc" if not prefix.endswith(c))

    def whole(self, text: str) -> bool:
        return len(text) == self.length


def search(
    spelling: Even, heard: int, beam: int = 1000, columns: Words = COLUMNS
) -> list[tuple[str, float]]:
    decoder = KnownDecoder()
    opening = say_prompt(decoder, heard, PROMPT)
    return list(spelled(decoder, heard, opening, END, spelling, (), columns, beam).whole)


def by_definition(spelling: Even, heard: int, columns: Words = COLUMNS) -> dict[str, float]:
    totals: dict[str, float] = {}
    for text in map("".join, product("abc", repeat=spelling.length - len(spelling.start))):
        whole = spelling.start + text
        if any(one == other for one, other in pairwise(whole)):
            continue
        for words in product(*(columns[character] for character in text)):
            total = exact(tuple(token for word in words for token in word), heard)
            totals[whole] = max(totals.get(whole, -1e9), total)
    return totals


@given(st.integers(0, 500), st.sampled_from(["", "a", "bc"]))
def test_a_wide_beam_finds_every_string(heard: int, start: str) -> None:
    spelling = Even(start=start)
    expected = by_definition(spelling, heard, ONE_WAY)
    found = search(spelling, heard, columns=ONE_WAY)
    assert [text for text, _ in found] == sorted(expected, key=lambda text: -expected[text])
    assert [total for _, total in found] == pytest.approx(
        sorted(expected.values(), reverse=True), abs=1e-3
    )


@given(st.integers(0, 500), st.integers(1, 5))
def test_a_narrow_beam_finds_only_what_can_be_and_never_overrates_it(heard: int, beam: int) -> None:
    expected = by_definition(Even(), heard)
    for text, total in search(Even(), heard, beam):
        assert total <= expected[text] + 1e-3


def test_a_grammar_that_allows_nothing_gives_nothing() -> None:
    assert search(Even(start="abcab"), 1) == []


def test_a_beginning_that_leads_nowhere_is_no_string() -> None:
    class DeadEnd(Even):
        def follow(self, prefix: str) -> str:
            return "" if prefix == "a" else super().follow(prefix)

    found = search(DeadEnd(), 3)
    assert found
    assert all(len(text) == 3 and not text.startswith("a") for text, _ in found)


def test_a_grammar_without_an_end_is_given_up() -> None:
    assert search(Even(length=LONGEST + 5), 1, beam=2) == []


@given(st.integers(0, 500))
def test_the_likeliest_beginning_is_told_as_if_no_more_had_been_said(heard: int) -> None:
    decoder = KnownDecoder()
    opening = say_prompt(decoder, heard, PROMPT)
    found = spelled(decoder, heard, opening, END, Even(), (), ONE_WAY, 1000)
    beginnings = [by_definition(Even(length=length), heard, ONE_WAY).values() for length in (1, 2)]
    assert found.unfinished == pytest.approx(max(map(max, beginnings)), abs=1e-3)


def test_words_before_the_string_are_said_first() -> None:
    decoder = KnownDecoder()
    opening = say_prompt(decoder, 7, PROMPT)
    spelling = Even(length=1)
    [(best, total), *_] = spelled(decoder, 7, opening, END, spelling, (3, 2), COLUMNS).whole
    in_front = exact((3, 2), 7) - float(decoder.following((*PROMPT, 3, 2), 7)[END])
    behind = {
        text: max(exact((3, 2, *word), 7) for word in COLUMNS[text]) - in_front for text in "abc"
    }
    assert best == max(behind, key=lambda text: behind[text])
    assert total == pytest.approx(behind[best], abs=1e-3)
