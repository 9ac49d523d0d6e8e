from __future__ import annotations

import pytest

from grammars.asides import changes, is_greeting
from grammars.closed_list import heard
from grammars.data_files import greetings_data
from grammars.meaning import Command, Slot
from grammars.spoken import plain
from tests.grammars.questions import n_best, understood


def _changes(text: str, *, by_sound: bool = True) -> list[Slot]:
    return [scored.value for scored in changes(heard(n_best(text)), by_sound=by_sound)]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("换个医院", Slot.HOSPITAL),
        ("医院错了", Slot.HOSPITAL),
        ("不对，不是这家医院", Slot.HOSPITAL),
        ("换个科", Slot.DEPARTMENT),
        ("科室搞错了", Slot.DEPARTMENT),
        ("换个医生", Slot.DOCTOR),
        ("医生不对", Slot.DOCTOR),
        ("换个时间", Slot.DATE),
        ("改时间", Slot.DATE),
        ("时间不对", Slot.DATE),
        ("这天没空", Slot.DATE),
        ("身份证不对", Slot.ID_NUMBER),
        ("身份证号码报错了", Slot.ID_NUMBER),
        ("名字不对", Slot.NAME),
        ("医院是对的，时间不对", Slot.DATE),
        ("还个医院", Slot.HOSPITAL),
    ],
)
def test_a_slot_that_is_to_be_asked_again(text: str, slot: Slot) -> None:
    assert _changes(text) == [slot]


@pytest.mark.parametrize(
    "text", ["不换医院", "不用换时间", "雨花医院", "鼓楼医院", "对的", "我要挂号", "明天上午"]
)
def test_nothing_is_to_be_changed(text: str) -> None:
    assert _changes(text) == []


def test_several_slots_at_once() -> None:
    assert set(_changes("医院不对，时间也不对")) == {Slot.HOSPITAL, Slot.DATE}


def test_what_only_sounds_like_it_counts_where_it_is_an_answer() -> None:
    assert _changes("还个医院", by_sound=False) == []
    assert understood(Slot.CONFIRM, "还个医院").change[0].value is Slot.HOSPITAL
    assert understood(Slot.HOSPITAL, "还个医院").change == ()


@pytest.mark.parametrize("text", greetings_data().say)
def test_every_greeting_is_one(text: str) -> None:
    assert is_greeting(plain(text))


@pytest.mark.parametrize(
    "text",
    ["喂，你好啊", "喂，有人在吗", "你好，请问是挂号的吗", "哎呀怎么又是机器人啊", "同志你好"],
)
def test_greetings_with_what_belongs_to_them(text: str) -> None:
    assert understood(Slot.TASK, text).greeting


@pytest.mark.parametrize("text", ["你好我要挂号", "嗯", "啊", "鼓楼", "有没有号", "对", "好的"])
def test_an_answer_is_no_greeting(text: str) -> None:
    assert not understood(Slot.TASK, text).greeting


@pytest.mark.parametrize("text", ["再见", "打错了", "我打错电话了", "挂了", "拜拜", "没事了，再见"])
def test_goodbye(text: str) -> None:
    assert understood(Slot.TASK, text).command[0].value is Command.GOODBYE


@pytest.mark.parametrize("text", ["我要挂鼓楼医院", "挂了鼓楼医院的号", "帮我挂了吧", "没打错"])
def test_booking_is_no_goodbye(text: str) -> None:
    commands = understood(Slot.TASK, text).command
    assert all(scored.value is not Command.GOODBYE for scored in commands)
