from __future__ import annotations

import pytest

from bench.corpus.accent import LIKELY, MERGES, accented, speakers_merges
from ivr.voices.mandarin_reading import Punctuation, Word

ALL = tuple(MERGES)


@pytest.mark.parametrize(
    ("merge", "said", "heard"),
    [
        ("n-l", "nan2 jing1 niu2 nai3", "lan2 jing1 liu2 lai3"),
        ("zh-z", "zhong1 shan1 chang2 zi3", "zong1 san1 cang2 zi3"),
        ("ing-in", "xing2 jing1 lin2 ying1", "xin2 jin1 lin2 yin1"),
        ("eng-en", "feng1 sheng4 men2 zheng5", "fen1 shen4 men2 zhen5"),
        ("ang-an", "tang1 shuang1 jiang1 an1", "tan1 shuan1 jian1 an1"),
        ("hu-f", "hu2 hui1 hua1 huo3 hai3 hun1 huang2", "fu2 fei1 fa1 huo3 hai3 fen1 fang2"),
        ("hu-f", "huai4", "huai4"),
        ("n-l", "n2", "n2"),
    ],
)
def test_a_merge_changes_its_own_sounds_and_no_others(merge: str, said: str, heard: str) -> None:
    assert accented([Word(tuple(said.split()))], [merge]) == (Word(tuple(heard.split())),)


def test_merges_of_one_speaker_add_up() -> None:
    assert accented([Word(("zheng1", "zhuang4"))], ALL) == (Word(("zen1", "zuan4")),)


def test_the_tone_and_the_pauses_stay() -> None:
    reading = (Word(("neng2",)), Punctuation(","), Word(("shi4",)))
    assert accented(reading, ALL) == (Word(("len2",)), Punctuation(","), Word(("si4",)))


def test_without_merges_nothing_changes() -> None:
    reading = (Word(("nan2", "jing1")), Punctuation("."))
    assert accented(reading, ()) == reading


def test_a_speaker_keeps_his_merges_and_has_at_least_one() -> None:
    for place in range(200):
        speaker = f"somebody {place}"
        assert speakers_merges(speaker) == speakers_merges(speaker) != ()


def test_a_likely_merge_is_had_by_as_many_speakers_as_it_says() -> None:
    speakers = [speakers_merges(f"somebody {place}") for place in range(1000)]
    for merge in ("n-l", "ang-an"):
        assert abs(sum(merge in merges for merges in speakers) / 1000 - LIKELY) < 0.06
