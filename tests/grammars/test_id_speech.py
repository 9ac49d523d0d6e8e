from __future__ import annotations

import pytest

from grammars.id_speech import counted, dictated, digit_token, trimmed


def _digits(text: str, so_far: str = "") -> list[str]:
    rows = dictated(text, so_far).rows
    return ["".join(token.likeliest for token in row if token.countable) for row in rows]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("三二零", "320"),
        ("幺幺零", "110"),
        ("双三", "33"),
        ("四个零", "0000"),
        ("两个八", "88"),
        ("一九四九年三月十二号", "19490312"),
        ("我的身份证号是三二零", "320"),
        ("零零六叉", "006X"),
        ("零零六艾克斯", "006X"),
        ("灵要其", "017"),
    ],
)
def test_digits_as_they_are_said(text: str, digits: str) -> None:
    assert _digits(text)[0] == digits


def test_tens_are_read_both_ways() -> None:
    assert _digits("三十二") == ["32", "342"]


def test_a_short_correction_replaces_the_end() -> None:
    assert "320106" in _digits("三二零一零五不对零六")


def test_a_long_correction_replaces_everything() -> None:
    full = "三二零一零六一九四九零三一二零零一九"
    assert _digits(f"三二零一不对{full}")[0] == "320106194903120019"


def test_clear_digits_are_cheap_to_read_and_dear_to_replace() -> None:
    token = digit_token("1")
    assert token.costs[1] == 0
    assert min(cost for digit, cost in enumerate(token.costs) if digit != 1) > 0.5


def test_only_the_last_place_may_be_x() -> None:
    assert digit_token("7").costs[10] > 2


def test_strays_at_the_ends_are_trimmed() -> None:
    (row,) = dictated("麻烦三二零谢谢").rows
    assert counted(trimmed(row)) == 3
    assert len(trimmed(row)) == 3
