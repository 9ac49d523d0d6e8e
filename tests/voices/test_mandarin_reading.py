"""Text -> pinyin words."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.voices.lexicon import load_lexicon
from ivr.voices.mandarin_reading import MandarinReading, Punctuation, Word


@pytest.fixture(scope="module")
def reading() -> MandarinReading:
    return MandarinReading(load_lexicon())


def pinyin(parts: tuple[Word | Punctuation, ...]) -> str:
    return " ".join(
        part.marks if isinstance(part, Punctuation) else " ".join(part.syllables) for part in parts
    )


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("心内科", "xin1 nei4 ke1"),
        ("南京鼓楼医院", "nan2 jing1 gu3 lou2 yi1 yuan4"),
        ("六合区", "lu4 he2 qu1"),
        ("溧水区", "li4 shui3 qu1"),
        ("耳鼻咽喉科", "er3 bi2 yan1 hou2 ke1"),
        ("重复一遍", "chong2 fu4 yi1 bian4"),
        ("重症", "zhong4 zheng4"),
        ("银行", "yin2 hang2"),
        ("行不行", "xing2 bu4 xing2"),
        ("院长", "yuan4 zhang3"),
        ("大夫", "dai4 fu5"),
        ("曾明华医生", "zeng1 ming2 hua2 yi1 sheng1"),
        ("好的，请稍等。", "hao3 de5 , qing3 shao1 deng3 ."),
        ("12320", "yao1 er4 san1 er4 ling2"),
    ],
)
def test_readings(reading: MandarinReading, text: str, sounds: str) -> None:
    assert pinyin(reading.read(text)) == sounds


@pytest.mark.parametrize("text", ["", "   ", "，。", "！？…", "😀"])
def test_nothing_to_speak_is_empty(reading: MandarinReading, text: str) -> None:
    assert reading.read(text) == ()


@given(text=st.text(alphabet="南京鼓楼医院心内科幺二三，。？！ 12X:（）abc", max_size=30))
@settings(deadline=None)
def test_every_character_has_one_toned_syllable(reading: MandarinReading, text: str) -> None:
    parts = reading.read(text)
    syllables = [s for part in parts if isinstance(part, Word) for s in part.syllables]
    assert all(re.fullmatch(r"[a-zü]+[1-5]", syllable) for syllable in syllables)
    assert len(syllables) == len(re.findall("[\u4e00-\u9fff]", reading.lexicon.spoken(text)))


def test_several_threads_may_read_at_once() -> None:
    fresh = MandarinReading(load_lexicon())
    with ThreadPoolExecutor(4) as threads:
        readings = set(map(pinyin, threads.map(fresh.read, ["南京市六合区人民医院"] * 8)))
    assert readings == {"nan2 jing1 shi4 lu4 he2 qu1 ren2 min2 yi1 yuan4"}
