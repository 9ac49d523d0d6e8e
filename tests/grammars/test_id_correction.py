from __future__ import annotations

import pytest

from grammars.id_correction import placed_correction
from grammars.spoken import plain

WHOLE = "320106194501010011"


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("最后一位是X", "32010619450101001X"),
        ("不对，最后一位是叉", "32010619450101001X"),
        ("最后一位不是一，是叉", "32010619450101001X"),
        ("末尾是八吧", "320106194501010018"),
        ("最后四位是零零二八", "320106194501010028"),
        ("中间那个是幺九三五", "320106193501010011"),
        ("出生年月日是一九四五零二零三", "320106194502030011"),
        ("中间那段是四五零二", "320106194502010011"),
        ("第六位是七", "320107194501010011"),
        ("倒数第二位是三", "320106194501010031"),
        ("前六位是三二零幺零七", "320107194501010011"),
    ],
)
def test_a_part_of_a_whole_number_is_put_right(text: str, corrected: str) -> None:
    assert placed_correction(plain(text), WHOLE) == corrected


@pytest.mark.parametrize(
    "text",
    [
        "三二零幺零六",
        "最后一位",
        "最后两位是三",  # two were promised
        "第二十位是三",  # there is none
        "中间是六八八六",  # fits nowhere
        "最后是我家老头子",
        "不对",
    ],
)
def test_what_names_no_place_or_fits_none_corrects_nothing(text: str) -> None:
    assert placed_correction(plain(text), WHOLE) is None


def test_a_group_of_the_beginning_is_put_right() -> None:
    assert placed_correction("中间那个是幺九四五", "3201061935") == "3201061945"


def test_the_end_of_an_unfinished_number_is_still_to_come() -> None:
    assert placed_correction("最后四位是零零幺叉", "32010619450101") is None
    assert placed_correction("中间是幺九四五", "320106") is None
