from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus.chance import number, pick, share, shuffled

WORDS = st.lists(st.text(min_size=1), min_size=1, unique=True)


def test_chance_is_the_same_in_every_process() -> None:
    """Python's own hash() of a text is not; cached speech is found by these numbers."""
    assert number("dev", 1, "鼓楼") == 16396598355267570170


def test_chance_depends_on_every_part_of_its_key() -> None:
    assert number("a", "bc") != number("ab", "c") != number("ab", "d")


@given(st.text())
def test_a_share_is_below_one(key: str) -> None:
    assert 0 <= share(key) < 1


@given(WORDS, st.text(min_size=1))
def test_one_option_more_leaves_the_choice_or_takes_it(options: list[str], more: str) -> None:
    before = pick(options, "key")
    assert pick([*options, more], "key") in (before, more)


@given(WORDS, st.text(min_size=1))
def test_one_option_more_moves_no_two_others(options: list[str], more: str) -> None:
    before = [option for option in shuffled(options, "key") if option != more]
    assert [option for option in shuffled({*options, more}, "key") if option != more] == before


def test_nothing_to_choose_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        pick((), "key")
