from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.id_number import check_character, is_valid_id_number

TODAY = dt.date(2026, 11, 24)


def test_the_standards_example() -> None:
    """GB 11643-1999, appendix A."""
    assert check_character("11010519491231002") == "X"
    assert check_character("44052418800101001") == "4"


@pytest.mark.parametrize(
    "wrong",
    [
        "320106194501010019",  # check character
        "32010619450101001x",  # lower case
        "99010619450101001X",  # province
        "32010619450230001X",  # no such day
        "32010618450101001X",  # not of this or the last century
        "3201061945010100",
        "",
    ],
)
def test_what_is_no_id_number(wrong: str) -> None:
    assert is_valid_id_number("32010619450101001X", TODAY)
    assert not is_valid_id_number(wrong, TODAY)


def test_nobody_is_born_tomorrow() -> None:
    first_17 = "32010020261125001"
    number = first_17 + check_character(first_17)
    assert not is_valid_id_number(number, TODAY)
    assert is_valid_id_number(number, dt.date(2026, 11, 25))


@given(
    st.dates(dt.date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789X"),
)
def test_one_wrong_character_is_always_found(
    born: dt.date, sequence: int, place: int, wrong: str
) -> None:
    first_17 = f"320106{born:%Y%m%d}{sequence:03}"
    number = first_17 + check_character(first_17)
    assert is_valid_id_number(number, TODAY)
    other = number[:place] + wrong + number[place + 1 :]
    assert is_valid_id_number(other, TODAY) == (other == number)
