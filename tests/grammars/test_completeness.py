"""How whole an answer is, so far, to the question that was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.completeness import Completeness, completeness
from grammars.meaning import Answer, Hypothesis, IdNumber, Scored, Slot, Understanding
from grammars.understand import understand
from tests.grammars.questions import n_best, question, understood

WHOLE = [
    (Slot.HOSPITAL, "江苏省中医院"),  # which cannot be booked here
    (Slot.HOSPITAL, "儿童医院"),
    (Slot.HOSPITAL, "我要去明基医院"),
    (Slot.HOSPITAL, "省人民医院吧，谢谢"),
    (Slot.HOSPITAL, "江北国际医院"),
    (Slot.HOSPITAL, "看肺的医院"),
    (Slot.HOSPITAL, "中大医院"),  # 中大医院溧水分院 is a rare name of another
    (Slot.DEPARTMENT, "心内科"),
    (Slot.DEPARTMENT, "我想看骨科有号吗"),
    (Slot.DEPARTMENT, "鼓楼医院心内科"),
    (Slot.DEPARTMENT, "看肺的"),
    (Slot.DOCTOR, "王建国"),
    (Slot.DOCTOR, "王建国医生"),
    (Slot.DOCTOR, "随便"),
    (Slot.DOCTOR, "哪个都行"),
    (Slot.DATE, "明天上午"),
    (Slot.DATE, "我想十二月十二号下午去"),
    (Slot.DATE, "下周三上午的"),
    (Slot.DATE, "越快越好"),
    (Slot.CONFIRM, "对的"),
    (Slot.CONFIRM, "是"),
    (Slot.CONFIRM, "不是儿童医院，是明基医院"),
    (Slot.CHOICE, "第二个"),
    (Slot.CHOICE, "消化内科"),
    (Slot.TASK, "我要挂号"),
    (Slot.TASK, "我要挂儿童医院的眼科"),
    (Slot.TASK, "我不想活了"),
    (Slot.DEPARTMENT, "我喘不上气"),
    (Slot.HOSPITAL, "转人工"),
    (Slot.ID_NUMBER, "三二零一零六一九四九零三一二零零一九"),
]

OPEN = [
    (Slot.ID_NUMBER, "三二零一零六"),
    (Slot.ID_NUMBER, "三二零一零六一九四九零三一二零零一"),
    (Slot.HOSPITAL, "我想挂那个"),
    (Slot.HOSPITAL, "嗯"),
    (Slot.HOSPITAL, "儿童医院还有"),
    (Slot.HOSPITAL, "我想去江苏省"),
    (Slot.HOSPITAL, "东南大学"),
    (Slot.HOSPITAL, "高淳"),  # ... 中医院
    (Slot.DEPARTMENT, "我想看耳鼻"),
    (Slot.DATE, "十二月"),
    (Slot.DATE, "下个星期"),
    (Slot.DATE, "十二月二十"),
    (Slot.DATE, "明天或者"),
    (Slot.CONFIRM, "不"),
    (Slot.CONFIRM, "对，但是"),
    (Slot.TASK, "我想"),
    (Slot.TASK, "我想怪"),  # as 我想挂 is heard
    (Slot.HOSPITAL, "我要挂纳格"),
    (Slot.CHOICE, "第"),
    (Slot.DOCTOR, "吴桂"),
    (Slot.DOCTOR, "我想过"),
    (Slot.DEPARTMENT, "帮我跨一个"),
    (Slot.NAME, "王"),
]

LIKELY = [
    (Slot.HOSPITAL, "鼓楼医院"),  # ... 江北院区
    (Slot.HOSPITAL, "东部战区总医院"),  # ... 秦淮医疗区
    (Slot.HOSPITAL, "去儿童医院的好"),  # 的号, as it is heard
    (Slot.HOSPITAL, "是第一院"),  # 市第一医院 with a syllable swallowed
    (Slot.HOSPITAL, "圣人民医院"),  # 省人民医院, as it is heard
    (Slot.HOSPITAL, "顾佬姨呀"),  # 鼓楼医院
    (Slot.DEPARTMENT, "挂增长壳"),  # 肛肠科
    (Slot.TASK, "我要挂儿童医院眼科的好"),
    (Slot.PHONE, "不用了"),
    (Slot.PHONE, "不要断线"),  # 短信, as it is heard
]

BETWEEN = [
    (Slot.HOSPITAL, "中大"),  # ... 医院
    (Slot.HOSPITAL, "儿童医院的"),  # ... 眼科
    (Slot.HOSPITAL, "天气不错"),
    (Slot.HOSPITAL, "我要挂心内科"),
    (Slot.DEPARTMENT, "心内"),  # ... 科
    (Slot.DEPARTMENT, "神经"),  # ... 外科
    (Slot.DATE, "明天"),  # ... 上午
    (Slot.DATE, "上午"),
    (Slot.DATE, "越快"),  # ... 越好
    (Slot.HOSPITAL, "你再说"),  # ... 一遍
    (Slot.CONFIRM, "不是"),  # ... 是儿童医院
    (Slot.CONFIRM, "不要"),
    (Slot.CONFIRM, "嗯"),
    (Slot.CONFIRM, "对是对"),  # ... 就是时间不行
    (Slot.TASK, "我要挂儿童医院"),  # ... 眼科
    (Slot.TASK, "我要取消"),  # ... 预约
    (Slot.CHOICE, "第二"),  # ... 个
    (Slot.NAME, "王建国"),
    (Slot.ID_NUMBER, "我没带身份证"),
]


def heard_at(expect: Slot, text: str, *, id_so_far: str = "") -> Completeness:
    asked = question(expect, id_so_far=id_so_far)
    return completeness(asked, understood(expect, text, id_so_far=id_so_far), text)


@pytest.mark.parametrize(("expect", "text"), WHOLE)
def test_a_whole_answer(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is Completeness.COMPLETE


@pytest.mark.parametrize(("expect", "text"), OPEN)
def test_plainly_unfinished(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is Completeness.OPEN


@pytest.mark.parametrize(("expect", "text"), LIKELY)
def test_an_answer_that_more_may_follow(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is Completeness.LIKELY


@pytest.mark.parametrize(("expect", "text"), BETWEEN)
def test_may_be_finished_or_not(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is Completeness.UNSURE


def test_a_noise_is_no_word() -> None:
    assert heard_at(Slot.DEPARTMENT, "") is Completeness.WORDLESS


@pytest.mark.parametrize("said", ["那个", "嗯", "还有", "或者"])
@pytest.mark.parametrize(
    ("expect", "text"), [(s, t) for s, t in WHOLE if s in (Slot.HOSPITAL, Slot.DATE, Slot.CONFIRM)]
)
def test_whoever_hesitates_after_an_answer_goes_on(expect: Slot, text: str, said: str) -> None:
    if "人工" not in text:
        assert heard_at(expect, text + said) is Completeness.OPEN


def test_words_that_the_recogniser_doubts_hurry_nobody() -> None:
    asked, doubted = question(Slot.CONFIRM), [Hypothesis("对", 0.19)]
    assert completeness(asked, understand(asked, doubted), "对") is Completeness.UNSURE


def test_words_that_the_recogniser_doubts_but_the_sound_confirms_are_whole() -> None:
    asked, doubted = question(Slot.CONFIRM), [Hypothesis("对的", 0.19)]
    confirmed = replace(understand(asked, doubted), clear=True)
    assert completeness(asked, confirmed, "对的") is Completeness.COMPLETE


def test_the_yes_in_half_a_sentence_hurries_nobody() -> None:
    half = Understanding("我要", 0.9, confirm=(Scored(Answer.YES, 0.9, "要"),))
    assert completeness(question(Slot.CONFIRM), half, "我要") is Completeness.UNSURE


def test_a_yes_that_only_another_hypothesis_spells_out_hurries_nobody() -> None:
    asked, heard = question(Slot.CONFIRM), n_best("对吗|好的")
    assert completeness(asked, understand(asked, heard), "对吗") is not Completeness.COMPLETE


def test_the_rest_of_a_number_completes_it() -> None:
    heard = heard_at(Slot.ID_NUMBER, "零零一九", id_so_far="32010619490312")
    assert heard is Completeness.COMPLETE


def test_eighteen_digits_that_cannot_be_right_may_be_too_many_of_fewer() -> None:
    heard = heard_at(Slot.ID_NUMBER, "三二零一零六一九四九零三一二零零二九")
    assert heard is not Completeness.COMPLETE


@settings(deadline=None)
@given(
    st.sampled_from(list(Slot)),
    st.text("我要挂鼓楼医院儿童心内科明天上午第二个不是对三月零嗯的", max_size=12),
)
def test_any_text_is_judged(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) in Completeness


def test_a_name_whose_last_syllable_is_misspelt_has_come_to_its_end() -> None:
    texts = ("我要挂古楼医院心内课", "我要挂鼓楼医院心内科")
    heard = [Hypothesis(text, 0.7) for text in texts]
    asked = question(Slot.TASK)
    understanding = understand(asked, heard)
    assert completeness(asked, understanding, understanding.text) is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("mended", "sure", "expected"),
    [
        (False, 0.95, Completeness.COMPLETE),
        (True, 0.7, Completeness.UNSURE),
        (True, 0.4, Completeness.OPEN),
    ],
)
def test_a_number_that_was_mended_may_be_half_of_one(
    mended: bool, sure: float, expected: Completeness
) -> None:
    number = IdNumber("11010519491231002X", complete=True, valid=True, mended=mended)
    heard = Understanding("11010519491231", 0.9, id_number=(Scored(number, sure),))
    assert completeness(question(Slot.ID_NUMBER), heard, heard.text) is expected


@pytest.mark.parametrize("text", ["我向明天上午七", "明天上午七", "我想后天下午七"])
def test_a_seven_behind_a_whole_date_may_be_going(text: str) -> None:
    """去 sounds like 七 in Nanjing. It is waited a little: 七点 begins so as well."""
    meaning = understood(Slot.DATE, text)
    assert completeness(question(Slot.DATE), meaning, text) is Completeness.LIKELY


@pytest.mark.parametrize("text", ["上午七", "十二月七", "明天上午八", "十二月二十七"])
def test_any_other_numeral_at_the_end_begins_something(text: str) -> None:
    meaning = understood(Slot.DATE, text)
    assert completeness(question(Slot.DATE), meaning, text) is Completeness.OPEN
