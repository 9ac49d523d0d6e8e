"""Phone numbers as they are said: mobile, landline, in pieces; no other number is one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.completeness import Completeness, completeness
from grammars.meaning import Hypothesis, PhoneNumber, Slot, Understanding
from grammars.phone_number import is_mobile, is_phone_number, may_begin
from grammars.question import Question
from grammars.understand import understand

TODAY = dt.date(2026, 11, 24)
_SPOKEN = "零幺二三四五六七八九"


def heard(text: str, so_far: str = "") -> Understanding:
    return understand(Question(Slot.PHONE, TODAY, id_so_far=so_far), [Hypothesis(text, 1.0)])


def number(text: str, so_far: str = "") -> str | None:
    found = heard(text, so_far).phone
    return found[0].value.digits if found and found[0].value.complete else None


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("幺三九幺二三四五六七八", "13912345678"),
        ("139 1234 5678", "13912345678"),
        ("我的手机是幺三九幺二三四五六七八", "13912345678"),
        ("手机号幺三九，幺二三四，五六七八", "13912345678"),
        ("一三八四个零五六七八", "13800005678"),
        ("零二五八三六零零零零一", "02583600001"),
        ("八三六零零零零一", "83600001"),
        ("零五幺六八三六零零零零幺", "051683600001"),
    ],
)
def test_a_whole_number_in_any_grouping(said: str, digits: str) -> None:
    assert number(said) == digits


@pytest.mark.parametrize("said", ["不用了", "没有手机", "我耳朵不好", "等一下", "不要短信"])
def test_what_is_no_number_gives_none(said: str) -> None:
    assert heard(said).phone == ()


def test_a_number_goes_on_from_what_was_given() -> None:
    assert number("幺二三四五六七八", so_far="139") == "13912345678"
    (part, *_) = heard("幺三九").phone
    assert (part.value.digits, part.value.complete) == ("139", False)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_any_mobile_number_that_is_said_is_understood(digits: str) -> None:
    assert is_mobile(digits)
    assert number("".join(_SPOKEN[int(digit)] for digit in digits)) == digits


@given(st.from_regex(r"0(25|10|512)[2-9][0-9]{7}", fullmatch=True))
def test_every_beginning_of_a_number_may_begin_one(digits: str) -> None:
    assert is_phone_number(digits)
    assert all(may_begin(digits[:length]) for length in range(1, len(digits)))


@pytest.mark.parametrize("digits", ["", "12912345678", "1391234567", "02503600001", "12320", "120"])
def test_what_cannot_be_dialled_is_no_number(digits: str) -> None:
    assert not is_phone_number(digits)


def test_a_number_is_only_listened_for_where_it_was_asked() -> None:
    asked = Question(Slot.TASK, TODAY)
    assert understand(asked, [Hypothesis("幺三九幺二三四五六七八", 1.0)]).phone == ()


def test_eleven_digits_of_a_mobile_end_the_turn_and_ten_do_not() -> None:
    asked = Question(Slot.PHONE, TODAY)
    for said, wanted in (
        ("幺三九幺二三四五六七八", Completeness.COMPLETE),
        ("幺三九幺二三四五六七", Completeness.OPEN),
        ("零二五八三六零零零零一", Completeness.UNSURE),
    ):
        assert completeness(asked, heard(said), said) is wanted


def test_a_number_is_not_shown() -> None:
    assert "1391234" not in repr(PhoneNumber("13912345678", True))
