from __future__ import annotations

import pytest

from grammars.corrections import corrected_from, declined, excepted, refused, taken_back_from
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


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(("不要挂号", "挂号"), ("我不挂号", "挂号"), ("我不是要取消", "取消")),
        *(("不是来投诉的", "投诉"), ("别取消", "取消"), ("我不打算退号", "退号")),
    ],
)
def test_an_action_is_declined(text: str, word: str) -> None:
    assert declined(spoken(text), *_at(text, word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(("挂不挂号", "挂号"), ("能不能取消", "取消"), ("要不挂号吧", "挂号")),
        *(("这里不是挂号的吗", "挂号"), ("不，挂号", "挂号"), ("特别想挂号", "挂号")),
    ],
)
def test_an_action_is_asked_for(text: str, word: str) -> None:
    assert not declined(spoken(text), *_at(text, word))


@pytest.mark.parametrize(
    ("text", "at"),
    [("后天，不，大后天", 3), ("后天，不是，大后天", 4), ("后天不，大后天", 0), ("不，后天", 0)],
)
def test_a_no_between_two_pauses_takes_back_what_stood_before_it(text: str, at: int) -> None:
    assert taken_back_from(spoken(text)) == at
