from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.codes import draw_code
from grammars.completeness import Completeness, completeness
from grammars.meaning import Hypothesis, Slot
from grammars.proof import LENGTH
from grammars.question import Question
from grammars.understand import understand
from tests.grammars.questions import TODAY

_SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


def _said(text: str, so_far: str = "") -> list[str]:
    question = Question(Slot.PROOF, TODAY, id_so_far=so_far)
    return [scored.value for scored in understand(question, [Hypothesis(text, 0.9)]).proof]


@pytest.mark.parametrize(
    "text",
    [
        "一九四五零一零二",
        "一九四五年一月二号",
        "我是一九四五年元月二号生的",
        "1945年1月2日",
        "四五年一月二号",
        "生日是四五年一月二日",
    ],
)
def test_a_birth_date_in_any_wording(text: str) -> None:
    assert _said(text)[0] == "19450102"


def test_a_short_year_may_be_of_either_century() -> None:
    assert _said("一五年三月十二号") == ["19150312", "20150312"]
    assert _said("四五年三月十二号") == ["19450312"], "nobody is born in 2045 yet"


@pytest.mark.parametrize("text", ["一月二号", "一九四五年", "不记得了", "我没有", "鼓楼医院", "嗯"])
def test_what_is_no_whole_date_and_no_digits(text: str) -> None:
    assert _said(text) == []


def test_a_code_in_two_groups() -> None:
    assert _said("二三四五") == ["2345"]
    assert _said("六七八零", so_far="2345") == ["23456780"]
    assert _said("确认码是二三四五，六七八零")[0] == "23456780"


def test_a_code_said_again_from_the_start() -> None:
    assert _said("不对重来，二三四五六七八零", so_far="66") == ["23456780"]


@pytest.mark.parametrize("text", ["一九三九年三月六号", "1939年3月6日", "是一九三九年三月六号生的"])
def test_a_whole_date_is_not_spoilt_by_stray_digits_before_it(text: str) -> None:
    assert _said(text, so_far="43")[0] == "19390306"


def test_it_is_waited_for_the_second_group() -> None:
    question = Question(Slot.PROOF, TODAY)
    for text, expected in (
        ("二三四五", Completeness.OPEN),
        ("二三四五六七八零", Completeness.COMPLETE),
        ("四五年一月二号", Completeness.COMPLETE),
    ):
        heard = understand(question, [Hypothesis(text, 0.9)])
        assert completeness(question, heard, text) is expected


@given(st.randoms(use_true_random=False), st.integers(1, LENGTH - 1))
def test_every_code_is_understood_however_it_is_grouped(random: Random, cut: int) -> None:
    code = draw_code(random)
    spoken = "".join(_SPOKEN[digit] for digit in code)
    assert _said(spoken)[0] == code
    assert _said(f"{spoken[:cut]}，{spoken[cut:]}")[0] == code
