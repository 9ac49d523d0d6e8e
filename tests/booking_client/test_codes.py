from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booking_client.codes import DIGITS, LENGTH, draw_code, is_code

codes = st.integers().map(random.Random).map(draw_code)


@given(codes)
def test_a_code_is_easy_by_ear(code: str) -> None:
    assert len(code) == LENGTH
    assert not set(code) & set("19")
    assert code[0] != "0"
    assert all(left != right for left, right in pairwise(code))
    assert is_code(code)


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(DIGITS))
def test_one_digit_heard_wrong_is_noticed(code: str, place: int, heard: str) -> None:
    wrong = code[:place] + heard + code[place + 1 :]
    assert is_code(wrong) == (heard == code[place])


@given(codes, st.integers(0, LENGTH - 2))
def test_two_neighbours_swapped_are_noticed(code: str, place: int) -> None:
    left, right = code[place], code[place + 1]
    assert not is_code(code[:place] + right + left + code[place + 2 :])


@given(st.text())
def test_anything_else_is_no_code(text: str) -> None:
    assert is_code(text) in (True, False)
    assert not is_code(text + "1")


def test_codes_are_not_drawn_in_a_row() -> None:
    assert len({draw_code() for _ in range(50)}) > 45
