"""Demonstration data in the place of personal data."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.meaning import Hypothesis, Slot
from grammars.question import Question
from grammars.understand import understand
from ivr.replay.export.stand_ins import (
    Given,
    digits_given,
    id_parts,
    keyed_digits,
    keyed_instead,
    spoken_digits,
    spoken_instead,
    stand_ins,
)

NUMBER = stand_ins().id_number


def test_a_number_given_in_groups_is_given_in_the_same_groups_again() -> None:
    parts = id_parts([Given(6, False), Given(8, False), Given(4, True)])
    assert parts == [NUMBER[:6], NUMBER[6:14], NUMBER[14:]]


@given(st.lists(st.integers(1, 20), max_size=6))
def test_whatever_was_given_only_demonstration_digits_come_of_it(counts: list[int]) -> None:
    parts = id_parts([Given(count, False) for count in counts])
    assert len(parts) == len(counts)
    assert all(part in NUMBER for part in parts)


def test_four_digits_alone_are_the_last_four_and_all_else_is_the_whole_number() -> None:
    assert id_parts([Given(4, False)]) == [NUMBER[-4:]]
    assert id_parts([Given(17, False), Given(18, False)]) == [NUMBER, NUMBER]


@pytest.mark.parametrize(
    ("text", "keyed", "count"),
    [
        ("**************123X", True, 18),
        ("******#", True, 6),
        ("*****，********，****", False, 17),
        ("我的是**************1543", False, 18),
    ],
)
def test_masked_digits_are_counted(text: str, keyed: bool, count: int) -> None:
    assert digits_given(text, keyed).count == count


def test_the_spoken_number_is_understood_as_it_is() -> None:
    question = Question(Slot.ID_NUMBER, dt.date(2026, 3, 2))
    heard = understand(question, (Hypothesis(spoken_digits(NUMBER), 0.9),))
    assert heard.id_number[0].value.digits == NUMBER


def test_the_proof_is_the_birth_date_of_that_number() -> None:
    assert spoken_instead(Slot.PROOF, "****") == "一九三六年五月七号"
    assert keyed_instead(Slot.PROOF, "********#") == "19360507#"


def test_keys_say_x_as_a_star() -> None:
    assert keyed_digits("001X", "****") == "001*"


def test_masked_digits_within_a_sentence_are_replaced_and_its_words_stay() -> None:
    said = spoken_instead(Slot.TASK, "我要挂号身份证**************1543")
    assert said == f"我要挂号身份证{spoken_digits(NUMBER)}"
    assert spoken_instead(Slot.TASK, "打我***********吧").endswith("吧")


def test_a_name_and_a_statement_are_those_of_the_demonstration() -> None:
    assert spoken_instead(Slot.NAME, "我叫某某") == f"我叫{stand_ins().name}"
    assert spoken_instead(Slot.STATEMENT, "****") == stand_ins().statement
