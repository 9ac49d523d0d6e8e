"""What an alias would change in recorded turns, judged by what the callers meant."""

from __future__ import annotations

import datetime as dt

import pytest

from grammars.closed_list import ClosedList
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Hypothesis, Slot
from ivr.aliases.trial import Change, Lists, RecordedTurn, Trial, Verdict, verdict, with_alias

GULOU = "南京鼓楼医院"
FIRST = "南京市第一医院"
BEFORE = Lists(ClosedList(hospital_candidates()), ClosedList(department_candidates()))


def turn(text: str, expected: Slot = Slot.HOSPITAL) -> RecordedTurn:
    return RecordedTurn("call", 1, dt.date(2026, 11, 24), expected, (Hypothesis(text, 0.8),))


def trial(alias: str, name: str = GULOU) -> Trial:
    hospitals = ClosedList(with_alias(hospital_candidates(), name, alias))
    return Trial(Slot.HOSPITAL, alias, BEFORE, Lists(hospitals, BEFORE.departments))


def test_words_that_nothing_knew_are_now_a_name() -> None:
    change = trial("天文台").change(turn("天文台"))
    assert change is not None
    assert (change.before, change.after, change.spoilt) == (None, GULOU, False)


@pytest.mark.parametrize("text", ["后天上午", "儿童医院", "鼓楼医院", "对"])
def test_what_has_nothing_to_do_with_it_stays(text: str) -> None:
    assert trial("天文台").change(turn(text)) is None


def test_a_name_that_was_understood_may_be_lost() -> None:
    change = trial("市一院的", GULOU).change(turn("市一院的"))
    assert change is not None
    assert (change.before, change.after) == (FIRST, GULOU)
    assert verdict(change, FIRST) is Verdict.WRONG


@pytest.mark.parametrize(
    ("before", "after", "meant", "expected"),
    [
        (None, GULOU, GULOU, Verdict.RIGHT),
        (FIRST, GULOU, GULOU, Verdict.RIGHT),
        (FIRST, GULOU, FIRST, Verdict.WRONG),
        (FIRST, None, FIRST, Verdict.WRONG),
        (None, GULOU, FIRST, Verdict.WRONG),
        (FIRST, GULOU, "江苏省肿瘤医院", Verdict.UNKNOWN),
        (FIRST, None, GULOU, Verdict.UNKNOWN),
        (None, GULOU, None, Verdict.UNKNOWN),
    ],
)
def test_a_change_is_judged_by_what_was_meant(
    before: str | None, after: str | None, meant: str | None, expected: Verdict
) -> None:
    assert verdict(Change(turn("…"), before, after), meant) is expected


def test_an_answer_to_another_question_is_not_to_be_lost() -> None:
    change = Change(turn("对", Slot.CONFIRM), None, GULOU, spoilt=True)
    assert verdict(change, GULOU) is Verdict.WRONG
