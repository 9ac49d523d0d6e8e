from __future__ import annotations

import pytest

from grammars.completeness import Completeness, completeness
from grammars.meaning import Slot
from tests.grammars.questions import question, understood


def heard_at(expect: Slot, text: str, *, id_so_far: str = "") -> Completeness:
    asked = question(expect, id_so_far=id_so_far)
    return completeness(asked, understood(expect, text, id_so_far=id_so_far), text)


@pytest.mark.parametrize(
    ("expect", "text"),
    [
        (Slot.HOSPITAL, "鼓楼医院"),
        (Slot.DEPARTMENT, "心内科"),
        (Slot.DOCTOR, "王建国"),
        (Slot.DOCTOR, "随便"),
        (Slot.DATE, "明天上午"),
        (Slot.DATE, "越快越好"),
        (Slot.CONFIRM, "对的"),
        (Slot.CHOICE, "第二个"),
        (Slot.TASK, "我要挂号"),
        (Slot.TASK, "我不想活了"),
        (Slot.HOSPITAL, "转人工"),
        (Slot.ID_NUMBER, "三二零一零六一九四九零三一二零零一九"),
    ],
)
def test_complete(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("expect", "text"),
    [
        (Slot.ID_NUMBER, "三二零一零六"),
        (Slot.ID_NUMBER, "三二零一零六一九四九零三一二零零一"),
        (Slot.HOSPITAL, "我想挂那个"),
        (Slot.HOSPITAL, "嗯"),
        (Slot.HOSPITAL, "鼓楼医院还有"),
        (Slot.DATE, "明天"),
        (Slot.DATE, "下个星期"),
        (Slot.CONFIRM, "不是"),
        (Slot.CONFIRM, "嗯"),
        (Slot.TASK, "我想"),
        (Slot.DEPARTMENT, ""),
    ],
)
def test_incomplete(expect: Slot, text: str) -> None:
    assert heard_at(expect, text) is not Completeness.COMPLETE


def test_the_rest_of_a_number_completes_it() -> None:
    heard = heard_at(Slot.ID_NUMBER, "零零一九", id_so_far="32010619490312")
    assert heard is Completeness.COMPLETE
