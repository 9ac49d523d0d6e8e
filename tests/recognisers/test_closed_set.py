"""The search over a list, with a decoder whose probabilities are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.ports import Fit
from ivr.recognisers.closed_set import score_entries

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

TOKENS = 6
END = 5
PROMPT = [0]
EVERYTHING = 1e9


@dataclass(frozen=True)
class Said:
    """The tokens of each row so far."""

    history: tuple[tuple[int, ...], ...]

    def rows(self, chosen: Ids) -> Said:
        return Said(tuple(self.history[int(row)] for row in chosen))


class KnownDecoder:
    """The probability of a token depends on the whole beginning, by a fixed rule.

    `heard` is the number that seeds the rule.
    """

    def __init__(self) -> None:
        self.decoded = 0

    def start(self) -> Said:
        return Said(((),))

    def advance(self, columns: Ids, context: Said, heard: int) -> tuple[Floats, Said]:
        self.decoded += columns.size
        answers = np.zeros((*columns.shape, TOKENS), dtype=np.float32)
        histories = []
        for row, new in enumerate(columns):
            history = context.history[row]
            for position, token in enumerate(new):
                history = (*history, int(token))
                answers[row, position] = log_probabilities(history, heard)
            histories.append(history)
        return answers, Said(tuple(histories))


def log_probabilities(history: tuple[int, ...], heard: int) -> Floats:
    raw = np.random.default_rng([heard, *history]).normal(size=TOKENS) * 2
    return np.asarray(raw - np.log(np.exp(raw).sum()), dtype=np.float32)


def exact(entry: tuple[int, ...], heard: int) -> float:
    """The total by its definition, one token after the other."""
    history = tuple(PROMPT)
    total = 0.0
    for token in (*entry, END):
        total += float(log_probabilities(history, heard)[token])
        history = (*history, token)
    return total


def search(entries: Sequence[tuple[int, ...]], heard: int = 1, **how: float) -> list[Fit | None]:
    settings: dict[str, float] = {"beam": 1000, "few": 8, "behind": EVERYTHING} | how
    return score_entries(
        KnownDecoder(),
        heard,
        PROMPT,
        END,
        entries,
        beam=int(settings["beam"]),
        few=int(settings["few"]),
        behind=settings["behind"],
    )


lists = st.lists(
    st.lists(st.integers(0, TOKENS - 2), min_size=1, max_size=5).map(tuple), min_size=1, max_size=12
)


@given(lists, st.integers(0, 1000), st.integers(0, 20))
def test_without_pruning_every_entry_has_its_exact_score(
    entries: list[tuple[int, ...]], heard: int, few: int
) -> None:
    found = search(entries, heard, few=few)
    for entry, fit in zip(entries, found, strict=True):
        assert fit is not None
        assert fit.total == pytest.approx(exact(entry, heard), abs=1e-4)
        assert fit.tokens == len(entry) + 1


@given(lists, st.integers(0, 1000), st.integers(1, 4), st.floats(0.5, 10.0))
def test_pruning_drops_entries_but_never_changes_a_score(
    entries: list[tuple[int, ...]], heard: int, beam: int, behind: float
) -> None:
    found = search(entries, heard, beam=beam, few=0, behind=behind)
    for entry, fit in zip(entries, found, strict=True):
        assert fit is None or fit.total == pytest.approx(exact(entry, heard), abs=1e-4)
    assert any(fit is not None for fit in found)


def test_a_likely_entry_survives_a_narrow_beam() -> None:
    entries = [(a, b, c) for a in range(5) for b in range(5) for c in range(5)]
    scores = [exact(entry, 7) for entry in entries]
    found = search(entries, 7, beam=12, few=8, behind=8.0)
    best = max(range(len(entries)), key=lambda i: scores[i])
    survivor = found[best]
    assert survivor is not None
    assert survivor.total == pytest.approx(scores[best], abs=1e-4)


def test_an_entry_without_tokens_has_no_score() -> None:
    assert search([(), (1,)])[0] is None
    assert search([(), ()]) == [None, None]
    assert search([]) == []


def test_entries_that_are_the_same_have_the_same_score() -> None:
    first, second, beginning = search([(1, 2), (1, 2), (1,)])
    assert first == second
    assert beginning is not None


def test_what_entries_share_is_decoded_once() -> None:
    decoder = KnownDecoder()
    long = tuple([1] * 10)
    entries = [(*long, last) for last in range(5)]
    score_entries(decoder, 1, PROMPT, END, entries, beam=12, few=4, behind=EVERYTHING)
    assert decoder.decoded == len(PROMPT) + len(long) + len(entries)
