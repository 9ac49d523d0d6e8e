"""Run-time grammars: always a list that the library survives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognisers.vosk_grammar import cut_into_words, grammar_json

WORDS = {"鼓楼", "医院", "鼓楼医院", "中", "医", "院", "南京", "南京市", "市"}


def knows(word: str) -> bool:
    return word in WORDS


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_grammar_is_a_list_of_strings_that_is_not_empty(phrases: list[str]) -> None:
    try:
        grammar = json.loads(grammar_json(phrases))
    except ValueError:
        assert not any(phrase.strip() for phrase in phrases)
        return
    assert grammar
    assert all(isinstance(phrase, str) and phrase.strip() for phrase in grammar)


def test_an_empty_grammar_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        grammar_json([])


def test_a_phrase_given_twice_counts_once() -> None:
    assert json.loads(grammar_json(["好", " 好 ", "不 好"])) == ["好", "不 好"]


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("鼓楼医院", "鼓楼医院"),
        ("南京市鼓楼医院", "南京市 鼓楼医院"),
        ("南京中医院", "南京 中 医院"),
        ("南京 医院", "南京 医院"),
        ("南京大学", ""),
        ("", ""),
    ],
)
def test_phrases_are_cut_into_as_few_words_as_the_model_knows(phrase: str, words: str) -> None:
    assert cut_into_words(phrase, knows) == words


@given(st.text(alphabet="鼓楼医院中南京市学", max_size=12))
def test_cutting_changes_nothing_but_spaces(phrase: str) -> None:
    words = cut_into_words(phrase, knows)
    assert words == "" or (
        words.replace(" ", "") == phrase and all(knows(word) for word in words.split())
    )
