from __future__ import annotations

import pytest

from grammars.meaning import Slot
from grammars.parse_result import parse_result
from tests.grammars.questions import question, understood


def _result(expect: Slot, text: str) -> dict[str, object]:
    return parse_result(question(expect), understood(expect, text))


def test_a_name() -> None:
    result = _result(Slot.HOSPITAL, "古楼医院")
    assert result["value"] == "南京鼓楼医院"
    assert isinstance(result["confidence"], float)
    assert isinstance(result["alternatives"], list)


def test_a_date_is_an_object() -> None:
    assert _result(Slot.DATE, "明天上午")["value"] == {"date": "2026-11-25", "session": "上午"}
    assert _result(Slot.DATE, "下午")["value"] == {"date": None, "session": "下午"}


def test_nothing() -> None:
    assert _result(Slot.HOSPITAL, "今天天气不错") == {
        "value": None,
        "confidence": 0.0,
        "alternatives": [],
    }


def test_part_of_an_id_number_is_only_an_alternative() -> None:
    result = _result(Slot.ID_NUMBER, "三二零一零六")
    assert result["value"] is None
    assert result["alternatives"] == [{"value": "320106", "confidence": 0.8}]


def test_a_number_that_cannot_be_right_is_no_value() -> None:
    assert _result(Slot.ID_NUMBER, "320106194953120019")["value"] is None


def test_ambiguous_names_are_alternatives() -> None:
    result = _result(Slot.DEPARTMENT, "妇产科")
    assert isinstance(result["alternatives"], list)
    values = [result["value"], *(a["value"] for a in result["alternatives"])]
    assert {"妇科", "产科"} <= set(values)


@pytest.mark.parametrize(
    ("expect", "text", "value"),
    [
        (Slot.CONFIRM, "对的", "yes"),
        (Slot.COMMAND, "转人工", "operator"),
        (Slot.TASK, "健康证", "health_certificate"),
        (Slot.CHOICE, "第二个", "呼吸内科"),
        (Slot.NAME, "张三", None),
    ],
)
def test_plain_words(expect: Slot, text: str, value: str | None) -> None:
    assert _result(expect, text)["value"] == value
