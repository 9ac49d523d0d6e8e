from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grammars.spoken import plain, spoken


def test_only_what_is_said_is_kept() -> None:
    assert plain("喂，你好！ＡＢ １２（湖山路）〇") == "喂你好ab12湖山路零"


def test_one_reading_row_a_syllable() -> None:
    row = spoken("六合，3点")
    assert row.text == "六合3点"
    assert row.readings[0] == ("liu", "lu")
    assert row.readings[2] == ("san",)
    assert row.breaks == {2}


def test_readings_follow_the_sentence() -> None:
    assert spoken("银行").readings[1][0] == "hang"
    assert spoken("行不行").readings[0][0] == "xing"


@given(st.text(max_size=30))
def test_any_text_is_taken(text: str) -> None:
    row = spoken(text)
    assert len(row.readings) == len(row.text) == len(row)
    assert all(readings for readings in row.readings)
    assert row.text == plain(text)
