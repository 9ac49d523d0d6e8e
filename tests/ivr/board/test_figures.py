"""What figures of days say together."""

from __future__ import annotations

import pytest

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.board.figures import CallCount, DayFigures, Figures, HourConfidence, NameCorrection


def calls(
    count: int, outcome: Outcome | None, reason: Reason | None = None, hour: int = 9
) -> CallCount:
    return CallCount(
        hour=hour, outcome=outcome, category=Category.BOOKING, reason=reason, calls=count
    )


def correction(times: int, words: str = "骨楼") -> NameCorrection:
    return NameCorrection(
        slot=Slot.HOSPITAL, words=words, taken_for=None, meant="南京鼓楼医院", times=times
    )


def test_calls_that_go_on_are_in_no_share() -> None:
    day = DayFigures(
        calls=(
            calls(6, Outcome.BOOKED, Reason.COMPLETED),
            calls(2, Outcome.TRANSFERRED, Reason.TWO_STRIKES),
            calls(2, Outcome.ABANDONED, Reason.HUNG_UP),
            calls(5, None),
        )
    )
    figures = Figures([day])
    assert (figures.calls, figures.ended) == (15, 10)
    assert figures.containment == pytest.approx(0.8)
    assert figures.completion == pytest.approx(0.6)
    assert figures.handovers == {Reason.TWO_STRIKES: 2}


def test_nothing_counted_gives_no_share() -> None:
    figures = Figures([])
    assert figures.containment is None
    assert figures.confidence is None
    assert figures.latency(0.5) is None


def test_the_latency_of_days_together_is_that_of_all_their_turns() -> None:
    quick = DayFigures(latency=((20, 90),))  # 1.0 s
    slow = DayFigures(latency=((20, 4), (60, 6)))  # 3.0 s
    figures = Figures([quick, slow])
    assert figures.latency(0.5) == pytest.approx(1.0)
    assert figures.latency(0.95) == pytest.approx(3.0)


def test_confidence_weighs_every_turn_alike() -> None:
    day = DayFigures(
        confidence=(
            HourConfidence(hour=8, turns=1, low=1, total=0.2),
            HourConfidence(hour=9, turns=3, low=0, total=2.4),
        )
    )
    figures = Figures([day])
    assert figures.confidence == pytest.approx(0.65)
    assert (figures.turns_low, figures.turns_heard) == (1, 4)


def test_the_same_misunderstanding_of_two_days_is_one() -> None:
    days = [
        DayFigures(names=(correction(2), correction(4, "估楼"))),
        DayFigures(names=(correction(3),)),
    ]
    assert [(n.words, n.times) for n in Figures(days).names(5)] == [("骨楼", 5), ("估楼", 4)]


def test_words_before_many_names_name_none_of_them() -> None:
    idle = [
        NameCorrection(slot=Slot.HOSPITAL, words="外面下雨了", taken_for=None, meant=meant, times=4)
        for meant in ("南京鼓楼医院", "南京市中医院", "南京市第一医院")
    ]
    assert Figures([DayFigures(names=tuple(idle[:2]))]).names(5) != []
    assert [n.words for n in Figures([DayFigures(names=(*idle, correction(1)))]).names(5)] == [
        "骨楼"
    ]


def test_figures_outlive_json() -> None:
    day = DayFigures(calls=(calls(1, None),), latency=((3, 4),), names=(correction(2),))
    assert DayFigures.model_validate_json(day.model_dump_json()) == day
