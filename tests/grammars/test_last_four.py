from __future__ import annotations

import pytest

from grammars.meaning import Hypothesis, Slot
from grammars.question import Question
from grammars.understand import understand
from tests.grammars.questions import TODAY


def _said(text: str, expect: Slot = Slot.ID_NUMBER, so_far: str = "") -> list[str]:
    question = Question(expect, TODAY, id_so_far=so_far)
    return [scored.value for scored in understand(question, [Hypothesis(text, 0.9)]).last_four]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("七四五八", "7458"),
        ("7458", "7458"),
        ("零零幺叉", "001X"),
        ("001X", "001X"),
        ("后四位是七四五八", "7458"),
        ("最后四位，三四三幺", "3431"),
        ("尾号零零幺X", "001X"),
    ],
)
def test_four_characters_in_any_wording(text: str, digits: str) -> None:
    assert _said(text)[0] == digits


@pytest.mark.parametrize(
    "text", ["七四五", "三二零幺零六", "零叉零幺", "我不知道", "没有", "鼓楼医院"]
)
def test_what_is_not_four_characters(text: str) -> None:
    assert _said(text) == []


def test_only_where_an_id_number_is_asked_for_and_none_has_begun() -> None:
    assert _said("七四五八", Slot.DATE) == []
    assert _said("七四五八", so_far="320106") == []
