from __future__ import annotations

import datetime as dt

import pytest

from grammars.closed_list import ClosedList, heard
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Hypothesis, Slot
from grammars.question import Question
from grammars.refusals import refused_values

QUESTION = Question(
    Slot.CONFIRM,
    dt.date(2026, 11, 24),
    ClosedList(hospital_candidates()),
    ClosedList(department_candidates()),
)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("我不要鼓楼医院", {"南京鼓楼医院"}),
        ("鼓楼医院不去了", {"南京鼓楼医院"}),
        ("心内科，不是骨科", {"骨科"}),
        ("明天不行", {"2026-11-25"}),
        ("不要上午", {"上午"}),
        ("上午下午都不行", {"上午", "下午"}),
        ("上午和下午都没空", {"上午", "下午"}),
        ("下午我没空", {"下午"}),
        ("明天要不要去", set()),
        ("不是鼓楼医院吗", set()),
        ("我要鼓楼医院", set()),
        ("不要", set()),
    ],
)
def test_what_is_named_only_to_be_refused(said: str, refused: set[str]) -> None:
    assert refused_values(QUESTION, heard([Hypothesis(said, 1.0)])) >= refused
    if not refused:
        assert refused_values(QUESTION, heard([Hypothesis(said, 1.0)])) == frozenset()
