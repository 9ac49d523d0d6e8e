from __future__ import annotations

import numpy as np
import pytest
from pypinyin import Style, lazy_pinyin

from grammars.sound import SYMBOLS, UNKNOWN, cost_matrix, split, syllable_cost, symbol


@pytest.mark.parametrize(
    ("syllable", "parts"),
    [
        ("jiu", ("j", "iou")),
        ("yuan", ("y", "van")),
        ("wei", ("w", "uei")),
        ("you", ("y", "iou")),
        ("shi", ("sh", "I")),
        ("xu", ("x", "v")),
        ("lv", ("l", "v")),
        ("lue", ("l", "ve")),
        ("er", ("", "er")),
        ("an", ("", "an")),
        ("zhuang", ("zh", "uang")),
        ("xiong", ("x", "iong")),
        ("dun", ("d", "uen")),
    ],
)
def test_syllables_are_split(syllable: str, parts: tuple[str, str]) -> None:
    assert split(syllable) == parts


def test_every_everyday_syllable_is_known() -> None:
    chars = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]
    readings = set(lazy_pinyin("".join(chars), style=Style.NORMAL, v_to_u=False))
    assert len(readings) > 380
    assert [reading for reading in readings if symbol(reading) == UNKNOWN] == []


def test_costs_are_a_symmetric_likeness() -> None:
    costs = cost_matrix()
    assert costs.shape == (SYMBOLS, SYMBOLS)
    assert np.array_equal(costs, costs.T)
    assert costs.min() >= 0
    assert costs.max() <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("nan", "lan"), ("zi", "zhi"), ("ci", "chi"), ("si", "shi")),
        *(("xin", "xing"), ("shen", "sheng"), ("shan", "shang"), ("fu", "hu")),
    ],
)
def test_the_nanjing_accent_is_cheap(one: str, other: str) -> None:
    assert syllable_cost(one, other) <= 0.15


@pytest.mark.parametrize(("one", "other"), [("yi", "gua"), ("bu", "qian"), ("ling", "ba")])
def test_unlike_syllables_are_dear(one: str, other: str) -> None:
    assert syllable_cost(one, other) >= 0.75
