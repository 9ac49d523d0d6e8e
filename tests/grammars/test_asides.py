from __future__ import annotations

import pytest

from grammars.asides import (
    asks_back,
    card_of,
    changes,
    has_noted,
    is_greeting,
    wants_to_go_on,
)
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
        ("医生换一个", Slot.DOCTOR),
        ("刚才那个医生不要了", Slot.DOCTOR),
        ("那个医院我不去了", Slot.HOSPITAL),
        ("医生不对", Slot.DOCTOR),
        ("换个时间", Slot.DATE),
        ("改时间", Slot.DATE),
        ("时间不对", Slot.DATE),
        ("太早了", Slot.DATE),
        ("时间能不能晚一点", Slot.DATE),
        ("这天没空", Slot.DATE),
        ("身份证不对", Slot.ID_NUMBER),
        ("身份证号码报错了", Slot.ID_NUMBER),
        ("名字不对", Slot.NAME),
        ("医院是对的，时间不对", Slot.DATE),
        ("时间对，医院不对", Slot.HOSPITAL),
        ("还个医院", Slot.HOSPITAL),
    ],
)
def test_a_slot_that_is_to_be_asked_again(text: str, slot: Slot) -> None:
    assert _changes(text) == [slot]


@pytest.mark.parametrize(
    "text",
    [
        "不换医院",
        "这个医生要不要带片子",
        "不用换时间",
        "雨花医院",
        "鼓楼医院",
        "对的",
        "我要挂号",
        "明天上午",
    ],
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


@pytest.mark.parametrize(
    "text", ["老样子", "跟上次一样", "还是上次那个医生", "照上次的挂", "和以前一样就行"]
)
def test_as_last_time(text: str) -> None:
    assert understood(Slot.TASK, text).as_before


@pytest.mark.parametrize("text", ["我要挂号", "不要老样子", "跟上次不一样", "上次的号退掉"])
def test_not_as_last_time(text: str) -> None:
    assert not understood(Slot.TASK, text).as_before


@pytest.mark.parametrize(
    "text", ["不退了", "算了，不退", "不改了", "还是原来的吧", "留着吧", "不用改了"]
)
def test_a_booking_is_to_stay_as_it_is(text: str) -> None:
    assert understood(Slot.CONFIRM, text).keep


@pytest.mark.parametrize("text", ["退掉", "可以", "改到后天", "对", "好的退吧"])
def test_nothing_is_said_about_keeping(text: str) -> None:
    assert not understood(Slot.CONFIRM, text).keep


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("我给我老伴挂个号", "您老伴"),
        ("帮我妈挂鼓楼医院心内科", "您母亲"),
        ("替孙子约个儿科", "孩子"),
        ("小孩发烧了", "孩子"),
        ("我老伴不舒服，想看骨科", "您老伴"),
        ("帮邻居挂号", "那位"),
    ],
)
def test_for_whom_a_caller_books(text: str, called: str) -> None:
    assert understood(Slot.TASK, text).for_whom == called


@pytest.mark.parametrize(
    "text", ["我要挂号", "我女儿叫我打电话来挂号", "儿子让我看骨科", "儿童医院儿科", "我自己看"]
)
def test_who_books_for_themselves(text: str) -> None:
    assert understood(Slot.TASK, text).for_whom is None


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("不知道挂什么科", Slot.DEPARTMENT),
        ("我也不晓得该看哪个科", Slot.DEPARTMENT),
        ("哪家医院好啊", Slot.HOSPITAL),
        ("不知道去哪个医院", Slot.HOSPITAL),
    ],
)
def test_what_the_caller_does_not_know(text: str, slot: Slot) -> None:
    assert understood(Slot.TASK, text).unsure[0].value is slot


def test_not_to_know_may_be_about_whatever_was_asked() -> None:
    heard = understood(Slot.TASK, "我也不晓得")
    assert {each.value for each in heard.unsure} == {Slot.DEPARTMENT, Slot.HOSPITAL, Slot.DATE}


@pytest.mark.parametrize("text", ["哪家医院都行", "我要挂骨科", "鼓楼医院"])
def test_what_is_no_question_for_the_department(text: str) -> None:
    assert understood(Slot.TASK, text).unsure == ()


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("就是那个姓秦的吗", True),
        ("是明天吗", True),
        ("是不是秦医生啊", True),
        ("明天行吗", False),
        ("不是明天吗", False),
        ("能改到星期四吗", False),
        ("是的", False),
    ],
)
def test_who_asks_whether_it_is_so(said: str, asks: bool) -> None:
    assert asks_back(said) is asks


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ("是我妈的身份证", "您母亲"),
        ("报的是老伴的号码", "您老伴"),
        ("是我的身份证", None),
        ("给我妈挂号", None),
    ],
)
def test_whose_number_was_given(said: str, whose: str | None) -> None:
    assert card_of(heard(n_best(said))) == whose


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ("记下来了", True),
        ("谢谢你啊姑娘", True),
        ("你发个短信给我", True),
        ("还没记下来", False),
        ("我记不住了", False),
        ("再说一遍", False),
    ],
)
def test_who_has_noted_what_was_told(said: str, noted: bool) -> None:
    assert has_noted(heard(n_best(said))) is noted


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("还是挂吧", True),
        ("那还是约吧", True),
        ("我要挂的", True),
        ("接着约", True),
        ("挂", True),
        ("不挂了", False),
        ("还是挂了吧", False),
        ("挂电话吧", False),
        ("不用继续了", False),
        ("是的", False),
        ("下次再挂吧", False),
    ],
)
def test_who_wants_to_go_on(said: str, goes_on: bool) -> None:
    assert wants_to_go_on(heard(n_best(said))) is goes_on
