from __future__ import annotations

import random

import numpy as np
import pytest

from grammars.alignment import locate
from grammars.phrase_trie import MISMATCH, PhraseTrie, missing_costs
from grammars.sound import SYMBOLS, symbol
from grammars.spoken import readings_of, spoken

PHRASES = ("鼓楼医院", "鼓楼", "江北鼓楼医院", "儿童医院", "省人民医院", "中大医院", "心内科")
SENTENCES = (
    "我想挂古楼医院",
    "江北那个鼓楼",
    "儿童",
    "省人意院",
    "中",
    "今天天气不错",
    "鼓楼的医院",
)


def _row(phrase: str) -> tuple[int, ...]:
    return tuple(symbol(readings[0]) for readings in readings_of(phrase))


def _weights() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    rng = random.Random(5)
    return np.array([rng.uniform(0.3, 1.0) for _ in range(SYMBOLS)], dtype=np.float32)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_scores_equal_those_of_the_plain_alignment(sentence: str) -> None:
    weights = _weights()
    rows = [_row(phrase) for phrase in PHRASES]
    found = PhraseTrie(rows, weights).find([spoken(sentence)], floor=-99, likeness=-9)
    assert sorted(found.phrases) == list(range(len(PHRASES)))
    for number, gains, weight in zip(found.phrases, found.gains, found.weights, strict=True):
        _, _, cost = locate(rows[number], spoken(sentence), weights, missing_costs(weights))
        assert weight == pytest.approx(sum(weights[s] for s in rows[number]), abs=1e-4)
        assert gains[0] == pytest.approx(weight - MISMATCH * cost, abs=1e-3)


def test_pruning_loses_nothing_above_the_floor() -> None:
    weights = _weights()
    trie = PhraseTrie([_row(phrase) for phrase in PHRASES], weights)
    for sentence in SENTENCES:
        everything = trie.find([spoken(sentence)], floor=-99, likeness=-9)
        pruned = trie.find([spoken(sentence)], floor=0.5, likeness=-9)
        assert set(pruned.phrases) == set(everything.phrases[everything.gains[:, 0] >= 0.5])


def test_hypotheses_do_not_run_into_each_other() -> None:
    weights = np.ones(SYMBOLS, dtype=np.float32)
    trie = PhraseTrie([_row("鼓楼")], weights)
    apart = trie.find([spoken("大鼓"), spoken("楼上")], floor=1.5, likeness=0.0)
    assert len(apart.phrases) == 0


def test_an_empty_list_finds_nothing() -> None:
    trie = PhraseTrie([], np.ones(SYMBOLS, dtype=np.float32))
    assert len(trie.find([spoken("鼓楼")], floor=0, likeness=0).phrases) == 0


def test_locate_says_where() -> None:
    weights = np.ones(SYMBOLS, dtype=np.float32)
    start, end, cost = locate(
        _row("鼓楼"), spoken("我要挂古楼医院"), weights, missing_costs(weights)
    )
    assert (start, end) == (3, 5)
    assert cost == pytest.approx(0)
