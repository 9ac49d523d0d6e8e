"""Scores become shares of right answers, by engine and slot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars import calibration
from grammars.calibration import calibrated, probability
from grammars.fitted_data import CalibrationData, CalibrationLine, calibration_data
from grammars.meaning import Scored, Slot, Understanding

LINE = CalibrationLine(slope=0.5, shift=-1.0, n=100, error=(0.2, 0.02))
UNDERSTOOD = Understanding(
    "鼓楼医院",
    0.8,
    hospital=(Scored("南京鼓楼医院", 0.9), Scored("江苏省人民医院", 0.06)),
    department=(Scored("骨科", 0.7),),
)


@pytest.fixture(autouse=True)
def fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    data = CalibrationData(origin="test", engines={"engine": {Slot.HOSPITAL: LINE}})
    monkeypatch.setattr(calibration, "calibration_data", lambda: data)


def test_the_best_answer_gets_the_share_of_right_ones() -> None:
    best, other = calibrated(UNDERSTOOD, "engine").hospital
    assert best == Scored("南京鼓楼医院", round(probability(LINE, 0.9), 4))
    assert best.confidence < 0.9
    assert other.value == "江苏省人民医院"


def test_an_unfitted_slot_and_an_unknown_engine_keep_their_scores() -> None:
    assert calibrated(UNDERSTOOD, "engine").department == UNDERSTOOD.department
    assert calibrated(UNDERSTOOD, "typed") is UNDERSTOOD


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_is_never_less_sure(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < probability(LINE, low) <= probability(LINE, high) < 1


@given(st.floats(0.01, 1), st.lists(st.floats(0, 1), max_size=4))
def test_the_order_of_answers_stays_and_they_share_what_is_left(
    best: float, rest: list[float]
) -> None:
    total = sum(rest) or 1.0
    others = sorted((min(best, share * (1 - best) / total) for share in rest), reverse=True)
    scored = (Scored("a", best), *(Scored(str(at), sure) for at, sure in enumerate(others)))
    after = calibrated(Understanding("", 1.0, hospital=scored), "engine").hospital
    sures = [each.confidence for each in after]
    assert [each.value for each in after] == [each.value for each in scored]
    assert sures == sorted(sures, reverse=True)
    assert sum(sures) <= 1.001


def test_the_fitted_lines_load() -> None:
    assert calibration_data().origin
