"""What a query asks for."""

from __future__ import annotations

import pytest

from dialogs.outcomes import Outcome
from ivr.call_search.query import CallQuery, WordTooShort
from ivr.call_search.terms import EVERY, Side


def test_a_query_for_nothing_finds_every_call() -> None:
    assert CallQuery().groups() == ((frozenset({EVERY}),),)


def test_values_of_one_kind_are_alternatives_and_kinds_are_all_required() -> None:
    query = CallQuery(outcomes=frozenset({Outcome.BOOKED, Outcome.FAILED}), hours=frozenset({9}))
    assert query.groups() == (
        (frozenset({"outcome:booked"}), frozenset({"outcome:failed"})),
        (frozenset({"hour:09"}),),
    )


def test_a_word_is_said_whole_by_one_side() -> None:
    assert CallQuery(words="心内科").groups() == (
        (frozenset({"a心内", "a内科"}), frozenset({"c心内", "c内科"})),
    )
    caller = CallQuery(words="鼓楼", sides=frozenset({Side.CALLER}))
    assert caller.groups() == ((frozenset({"c鼓楼"}),),)


def test_only_words_whose_pairs_may_stand_apart_are_looked_up_in_the_transcript() -> None:
    query = CallQuery(words="鼓楼 心内科，")
    assert query.folded_words() == ("鼓楼", "心内科")
    assert query.words_to_check() == ("心内科",)


@pytest.mark.parametrize("words", ["鼓", "鼓楼 医", "a"])
def test_a_single_character_is_refused(words: str) -> None:
    with pytest.raises(WordTooShort):
        CallQuery(words=words).groups()


def test_marks_and_spaces_alone_ask_for_nothing() -> None:
    assert CallQuery(words=" ，。 ").groups() == ((frozenset({EVERY}),),)
