"""How figures, letters and polyphones are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafiles import DataFileError
from ivr.voices.lexicon import Lexicon, load_lexicon, number_name


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("12320", "幺二三二零"),
        ("请打120", "请打幺二零"),
        ("3120元", "三千一百二十元"),
        ("2026年11月25日", "二零二六年十一月二十五日"),
        ("08:30", "八点三十分"),
        ("14:05到15:00", "十四点零五分到十五点"),
        ("2:00", "两点"),
        ("2个小时", "两个小时"),
        ("2号楼", "二号楼"),
        ("12个", "十二个"),
        ("3.5元", "三点五元"),
        ("100326", "幺零零三二六"),
        ("05", "零五"),
        ("0", "零"),
        ("８号", "八号"),
        ("B超室", "必超室"),
        ("CT室", "西替室"),
        ("尾号X", "尾号艾克斯"),
        ("南京鼓楼医院", "南京鼓楼医院"),
    ],
)
def test_written_figures_and_letters_are_spoken(written: str, spoken: str) -> None:
    assert load_lexicon().spoken(written) == spoken


@given(st.text(max_size=40))
def test_no_figure_and_no_letter_is_left(text: str) -> None:
    assert not re.search(r"[0-9A-Za-z]", load_lexicon().spoken(text))


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1000, "一千"),
        (1005, "一千零五"),
        (2010, "二千零一十"),
        (9999, "九千九百九十九"),
    ],
)
def test_number_names(number: int, name: str) -> None:
    assert number_name(number) == name


def test_every_number_has_its_own_name() -> None:
    assert len({number_name(number) for number in range(10000)}) == 10000


@pytest.mark.parametrize("number", [-1, 10000])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        number_name(number)


def test_a_word_with_several_sounds_is_fixed_where_it_stands() -> None:
    assert load_lexicon().fixed_sounds("南京市六合区") == {3: "lu4", 4: "he2"}


@pytest.mark.parametrize("text", ["曾明华医生", "还有，曾医生", "曾明华副主任医师"])
def test_a_surname_counts_before_a_title(text: str) -> None:
    assert load_lexicon().fixed_sounds(text)[text.index("曾")] == "zeng1"


@pytest.mark.parametrize("text", ["曾经看过医生", "不曾", "查询预约", "姓单", "不解医生"])
def test_a_surname_character_elsewhere_is_left_alone(text: str) -> None:
    assert load_lexicon().fixed_sounds(text) == {}


def test_equal_readings_mean_equal_sound_and_an_edit_changes_only_its_own() -> None:
    before = Lexicon()
    after = Lexicon.model_validate({"pinyin": [{"text": "六合", "sounds": "lu4 he2"}]})
    assert before.reading("六合区") != after.reading("六合区")
    assert before.reading("心内科") == after.reading("心内科")
    assert load_lexicon().reading("12320") == load_lexicon().reading("幺二三二零")


@pytest.mark.parametrize(
    ("yaml", "field"),
    [
        ("pinyin:\n  - {text: 六合, sounds: lu4}\n", "pinyin.0"),
        ("pinyin:\n  - {text: 六合, sounds: lù hé}\n", "pinyin.0.sounds"),
        ("say_as:\n  - {text: CT}\n", "say_as.0.spoken"),
        ("words: []\n", "words"),
    ],
)
def test_a_bad_file_names_line_and_field(tmp_path: Path, yaml: str, field: str) -> None:
    file = tmp_path / "pronunciation.yaml"
    file.write_text(yaml, encoding="utf-8")
    with pytest.raises(DataFileError) as fault:
        load_lexicon(file)
    assert fault.value.field == field
    assert fault.value.line > 0
