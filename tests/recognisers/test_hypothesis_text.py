"""Whisper's text as what a caller may have said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.recognisers.hypothesis_text import clean, without_loops


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("我要掛鼓樓醫院心內科", "我要挂鼓楼医院心内科"),
        (" 明天上午。", "明天上午"),
        ("《好》，嗯！", "好嗯"),
        ("明天下午3:30。", "明天下午3:30"),
        ("3-2-0-1-0-2 1955", "3201021955"),
        ("OK go 明天", "OK go明天"),
        ("。", ""),
        ("", ""),
    ],
)
def test_only_simplified_words_remain(heard: str, said: str) -> None:
    assert clean(heard, seconds=3.0) == said


@pytest.mark.parametrize(
    "credit",
    ["字幕by索蘭婭", "謝謝觀看", "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目", "Amara.org"],
)
def test_subtitle_credits_are_not_words_of_a_caller(credit: str) -> None:
    assert clean(credit, seconds=3.0) == ""


def test_thanks_are_words_of_a_caller() -> None:
    assert clean("謝謝", seconds=1.0) == "谢谢"


def test_a_loop_is_said_once() -> None:
    assert without_loops("李志强" * 12, seconds=1.0) == "李志强"
    assert without_loops("好的" + "对" * 40, seconds=1.0) == "好的对"


def test_digits_may_repeat_as_often_as_there_is_time_for() -> None:
    assert without_loops("000000", seconds=1.5) == "000000"
    assert without_loops("3201111111", seconds=3.0) == "3201111111"


def test_too_long_without_a_loop_keeps_the_beginning() -> None:
    assert without_loops("天地玄黄宇宙洪荒日月盈昃辰宿列张", seconds=0.5) == "天地玄黄宇宙洪荒"


@given(st.text(alphabet="一二三0123对好 a。", max_size=60), st.floats(0.1, 30.0))
def test_never_longer_than_heard_and_stable(heard: str, seconds: float) -> None:
    once = clean(heard, seconds)
    assert len(once) <= len(heard)
    assert clean(once, seconds) == once
