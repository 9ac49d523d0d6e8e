from __future__ import annotations

import pytest

from grammars.corrections import corrected_from, excepted, refused
from grammars.spoken import spoken


def _at(text: str, word: str) -> tuple[int, int]:
    start = spoken(text).text.index(word)
    return start, start + len(word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("不是明天", "明天"),
        ("不要上午", "上午"),
        ("我不去鼓楼", "鼓楼"),
        ("不要挂周三的", "周三"),
        ("鼓楼不行", "鼓楼"),
        ("周三没空", "周三"),
        ("除了周三都行", "周三"),
        ("不想去鼓楼医院", "鼓楼医院"),
    ],
)
def test_refused(text: str, word: str) -> None:
    assert refused(spoken(text), *_at(text, word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("不是，后天", "后天"),
        ("不是明天是后天", "后天"),
        ("要不鼓楼吧", "鼓楼"),
        ("是不是鼓楼", "鼓楼"),
        ("我要去鼓楼", "鼓楼"),
        ("心脏不舒服", "心脏"),
    ],
)
def test_not_refused(text: str, word: str) -> None:
    assert not refused(spoken(text), *_at(text, word))


def test_what_is_ruled_out_for_good() -> None:
    assert excepted(spoken("除了周三都行"), *_at("除了周三都行", "周三"))
    assert not excepted(spoken("不是周三"), *_at("不是周三", "周三"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("鼓楼不对儿童医院", "儿童医院"),
        ("鼓楼，哦不，省人医", "省人医"),
        ("鼓楼还是省人医吧", "省人医吧"),
        ("鼓楼医院", "鼓楼医院"),
        ("对不对鼓楼", "对不对鼓楼"),
    ],
)
def test_what_counts_after_a_correction(text: str, rest: str) -> None:
    row = spoken(text)
    assert row.text[corrected_from(row) :] == rest
