"""No ID number in any spelling survives; what is not one does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.meaning import IdNumber, Scored, Slot, Understanding
from ivr.call_log.id_masking import holds_id_number, last_four, mask_keys, mask_text

SPELLINGS = {
    "0": "0０零〇",
    "1": "1１一幺壹",
    "2": "2２二两贰",
    "3": "3３三叁",
    "4": "4４四肆",
    "5": "5５五伍",
    "6": "6６六陆",
    "7": "7７七柒",
    "8": "8８八捌",
    "9": "9９九玖",
}
DIGIT_CHARACTERS = frozenset("".join(SPELLINGS.values()))
BETWEEN = st.sampled_from(["", "", "", " ", "，", "-", "、", "。", " ， "])


@st.composite
def spoken_digits(draw: st.DrawFn, fewest: int, most: int) -> str:
    """Digits in any mixture of spellings, with separators between them."""
    digits = draw(st.text("0123456789", min_size=fewest, max_size=most))
    return "".join(draw(st.sampled_from(SPELLINGS[digit])) + draw(BETWEEN) for digit in digits)


WORDS = st.sampled_from(["", "我的身份证号码是", "号码：", "你好，", "哎呀", "请记下来", "谢谢"])


@given(WORDS, spoken_digits(15, 18), WORDS)
def test_of_a_whole_id_number_in_any_spelling_only_the_last_four_stay(
    before: str, digits: str, after: str
) -> None:
    masked = mask_text(before + digits + after)
    left = [character for character in masked if character in DIGIT_CHARACTERS]
    spoken = [c for c in before + digits + after if c in DIGIT_CHARACTERS]
    assert left == spoken[-4:]
    assert len(masked) == len(before + digits + after)


@given(WORDS, spoken_digits(6, 14), WORDS)
def test_of_a_part_of_an_id_number_nothing_stays(before: str, digits: str, after: str) -> None:
    masked = mask_text(before + digits + after)
    assert not set(masked[len(before) : len(before) + len(digits)]) & DIGIT_CHARACTERS


@given(st.text(max_size=40))
def test_any_text_keeps_its_length_and_masking_twice_changes_nothing(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert mask_text(masked) == masked


@given(st.text("0123456789零一二三四五六七八九幺要有优山林流酒吧期武叉 ，我是的", max_size=40))
def test_asked_for_an_id_number_no_five_characters_of_the_answer_are_readable(text: str) -> None:
    masked = mask_text(text, Slot.ID_NUMBER)
    assert masked == text or sum(c not in "* ，" for c in masked) <= 4


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("320105196511241234", "**************1234"),
        ("32010519651124123X", "**************123X"),
        ("三二零一零五一九六五幺幺二四幺二三叉", "**************幺二三叉"),
        ("320105 19651124 1234", "****** ******** 1234"),
        ("三二零的一零五一九", "*********"),  # one digit garbled
        ("山二零要林五一九六五", "**********"),  # heard by sound
        ("320105", "******"),
        ("是32010519651124", "***************"),  # 是 does not make it whole
    ],
)
def test_a_number_however_it_was_heard_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我要挂鼓楼医院心内科明天上午的号",
        "2026年11月25日上午9点30分",
        "二零二六年十一月二十五日下午两点半",
        "十一月二十五号上午十点三十",
        "周一周三周五周二都行",
        "我有医保，有意思是一样吗",
        "是的是的就是那个",
        "江苏省第二中医院二楼",
        "一二三四五",
        "八十四岁了",
    ],
)
def test_what_is_no_id_number_stays(text: str) -> None:
    assert mask_text(text) == text


def test_asked_for_an_id_number_words_without_a_digit_stay_and_all_else_is_masked() -> None:
    assert mask_text("我没带", Slot.ID_NUMBER) == "我没带"
    assert mask_text("好，三二零", Slot.ID_NUMBER) == "*，***"


def test_keys_are_masked_when_they_may_be_part_of_an_id_number() -> None:
    assert mask_keys("1") == "1"
    assert mask_keys("320105") == "******"
    assert mask_keys("7", Slot.ID_NUMBER) == "*"
    assert mask_keys("32010519651124123*#", Slot.ID_NUMBER) == "**************123*#"
    assert mask_keys("") == ""


def test_a_whole_number_shows_its_last_four_and_a_part_nothing() -> None:
    assert last_four("32010519651124123X") == "**************123X"
    assert last_four("3201051965") == "**********"


def test_an_utterance_holds_an_id_number_if_any_hypothesis_or_the_meaning_says_so() -> None:
    part = Understanding(
        text="三二零",
        confidence=0.5,
        id_number=(Scored(IdNumber("320", complete=False, valid=False), 0.5),),
    )
    assert holds_id_number(("我要挂号", "三二零一零五"))
    assert holds_id_number((), part)
    assert not holds_id_number(("我要挂号", "明天上午"), Understanding("我要挂号", 0.9))
