from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import id_number

TODAY = dt.date(2026, 11, 24)
_BORN = st.dates(dt.date(1900, 1, 1), TODAY)
_AREA = st.sampled_from(["320106", "110101", "659004", "340222"])


@st.composite
def valid_numbers(draw: st.DrawFn) -> str:
    first_17 = f"{draw(_AREA)}{draw(_BORN):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first_17 + id_number.check_character(first_17)


def test_the_example_of_the_standard() -> None:
    # GB 11643-1999, annex: 11010519491231002X.
    assert id_number.check_character("11010519491231002") == "X"
    assert id_number.is_valid("11010519491231002X", TODAY)


@given(valid_numbers())
def test_a_number_with_its_check_character_is_valid(number: str) -> None:
    assert id_number.is_valid(number, TODAY)


@given(valid_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(number: str, at: int, shift: int) -> None:
    wrong = str((int(number[at]) + shift) % 10)
    assert not id_number.is_valid(number[:at] + wrong + number[at + 1 :], TODAY)


@given(valid_numbers(), st.integers(0, 18))
def test_every_prefix_of_a_valid_number_may_begin_one(number: str, length: int) -> None:
    assert id_number.may_begin(number[:length], TODAY)


@pytest.mark.parametrize(
    "number",
    [
        "990106194903120013",  # no such province
        "320106194913120019",  # month 13
        "320106194902300019",  # 30 February
        "320106189903120019",  # before 1900
        "320106202712120019",  # not born yet
        "32010619490312001",  # too short
        "32010619490312001９",  # full-width digit
    ],
)
def test_impossible_numbers(number: str) -> None:
    fixed = number
    if len(number) == 18 and number.isascii():
        fixed = number[:17] + id_number.check_character(number[:17])
    assert not id_number.is_valid(fixed, TODAY)


def test_birth_date_and_sex() -> None:
    assert id_number.birth_date("320106194903120019") == dt.date(1949, 3, 12)
    assert id_number.is_male("320106194903120019")
    assert not id_number.is_male("320106194903120027")
    assert id_number.birth_date("320106490312001") == dt.date(1949, 3, 12)
    assert id_number.is_male("320106490312001")


def test_old_numbers() -> None:
    assert id_number.is_valid_old("320106490312001", TODAY)
    assert not id_number.is_valid_old("320106491312001", TODAY)
    assert not id_number.is_valid_old("32010649031200", TODAY)


def test_a_code_of_an_abolished_county_stays_valid() -> None:
    # 320103 (白下区) was abolished in 2013; its numbers are valid for life.
    first_17 = "32010319490312001"
    assert id_number.is_valid(first_17 + id_number.check_character(first_17), TODAY)


@given(valid_numbers(), st.integers(0, 18))
def test_what_may_follow_leads_along_every_valid_number(number: str, length: int) -> None:
    follow = id_number.next_characters(number[:length], TODAY)
    assert number[length : length + 1] in follow if length < 18 else follow == ""


@given(valid_numbers(), st.integers(0, 17))
def test_no_beginning_that_may_follow_is_a_dead_end(number: str, length: int) -> None:
    text = number[:length]
    while following := id_number.next_characters(text, TODAY):
        text += following[-1]
    assert id_number.is_valid(text, TODAY) or (len(text), text[12]) == (13, "3")  # 二月三十


def test_an_x_before_the_end_begins_no_number() -> None:
    assert not id_number.may_begin("320106001X", TODAY)
