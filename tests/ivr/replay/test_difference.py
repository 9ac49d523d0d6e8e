from dataclasses import replace

import pytest

from ivr.replay.difference import first_difference, is_reworded
from ivr.replay.result import CaseResult, TurnResult
from tests.ivr.replay.results import BOOKING, result, turn


def call(second: TurnResult) -> CaseResult:
    """Two turns, the second of them `second`."""
    return replace(result(), turns=(turn(1), second))


def test_wording_timing_and_where_the_audio_lies_are_no_difference() -> None:
    other_words = replace(
        turn(2), asked=("哪家医院呢？",), at=21.5, until=30.0, waited=1.1, hops={"dialogue": 0.2}
    )
    now = replace(call(other_words), seconds=44.0, audio="07-books/call.wav")
    assert first_difference(result(), now) == ""
    assert is_reworded(result(), now)
    assert not is_reworded(result(), replace(result(), seconds=44.0))


def test_how_sure_the_recogniser_was_is_no_difference_and_other_words_are() -> None:
    assert first_difference(result(), call(replace(turn(2), heard=("古楼医院 (0.71)",)))) == ""
    heard = call(replace(turn(2), heard=("鼓楼医院 (0.42)",)))
    assert first_difference(result(), heard) == "turn 2 heard: 鼓楼医院 was 古楼医院"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (
            replace(turn(2), understood={"hospital": "南京鼓楼医院", "doctor": "王芳"}),
            "turn 2 understood: doctor=王芳 was doctor=-",
        ),
        (
            replace(turn(2), expected={"hospital": "南京市第一医院"}),
            "turn 2 expected: hospital=南京市第一医院 was hospital=南京鼓楼医院",
        ),
        (replace(turn(2), expect="date"), "turn 2 about: date was hospital"),
        (replace(turn(2), said=()), "turn 2 said: - was <鼓楼医院>"),
    ],
)
def test_the_first_turn_that_differs_is_named_with_what_of_it(
    second: TurnResult, said: str
) -> None:
    assert first_difference(result(), call(second)) == said


def test_what_should_have_been_understood_is_not_known_over_sip() -> None:
    assert first_difference(result(), call(replace(turn(2), expected=None))) == ""


def test_a_turn_more_or_less_is_named() -> None:
    assert first_difference(result(turns=2), result(turns=3)) == "turn 3 is new, about hospital"
    assert first_difference(result(turns=3), result(turns=2)) == "turn 3 is gone, about hospital"


def test_where_the_turns_are_the_same_it_is_what_came_of_the_call() -> None:
    ended = replace(result(), outcome="transferred", reason="despair")
    said = "outcome: transferred (despair) was booked (completed)"
    assert first_difference(result(), ended) == said
    day = "南京鼓楼医院 本部 皮肤科 {} 上午 32010619450101001X"
    later = replace(result(), bookings=(replace(BOOKING, date="2026-03-05", code="12345678"),))
    said = f"booking: {day.format('2026-03-05')} was {day.format('2026-03-04')}"
    assert first_difference(result(), later) == said
    coded = replace(result(), bookings=(replace(BOOKING, code="12345678"),))
    assert first_difference(result(), coded) == ""
