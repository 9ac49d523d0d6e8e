from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.numerals import number

_DIGITS = "零一二三四五六七八九"


def _say(value: int) -> str:
    """0 to 99,999,999 as it is said in full."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        if not low:
            return _say(high) + "万"
        return _say(high) + "万" + ("零" if low < 1000 else "") + _say(low)
    said, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return said or "零"


@given(st.integers(0, 99_999_999))
def test_a_number_said_in_full_is_read_back(value: int) -> None:
    assert number(_say(value)) == value


@given(st.integers(10, 19))
def test_ten_needs_no_leading_one(value: int) -> None:
    assert number(_say(value).removeprefix("一")) == value


@given(st.integers(0, 9_999_999))
def test_arabic_digits_are_read(value: int) -> None:
    assert number(str(value)) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("两百零五", 205),
        ("两百五", 250),
        ("一千二", 1200),
        ("一万二", 12_000),
        ("廿三", 23),
        ("卅", 30),
        ("二零二六", 2026),
        ("二〇二六", 2026),
        ("幺二", 12),
        ("3百", 300),
        ("1十", 10),
        ("两千零三十", 2030),
    ],
)
def test_spoken_forms(said: str, value: int) -> None:
    assert number(said) == value


@pytest.mark.parametrize("said", ["", "十十", "百", "三号", "万万", "一二十", "abc", "一百千"])
def test_what_is_no_numeral(said: str) -> None:
    assert number(said) is None
