"""What is usual around the caller is learned without taking the caller for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.listening.surroundings import BEGINNING_DBFS, Surroundings
from ivr.ports import FRAME_SECONDS


def after(seconds: float, level: float, surroundings: Surroundings, *, speaking: bool) -> float:
    for _ in range(round(seconds / FRAME_SECONDS)):
        surroundings.feed(level, speaking=speaking)
    return surroundings.dbfs


def test_a_babble_is_known_before_a_greeting_is_over() -> None:
    assert after(3.0, -37.0, Surroundings(), speaking=False) > -38.0


def test_a_quiet_room_is_known_again_when_the_television_is_off() -> None:
    surroundings = Surroundings()
    after(5.0, -30.0, surroundings, speaking=False)
    assert after(4.0, -62.0, surroundings, speaking=False) < -58.0


def test_a_sentence_that_nobody_listened_to_does_not_make_the_line_deaf() -> None:
    assert after(1.5, -20.0, Surroundings(), speaking=False) < -42.0


def test_a_long_answer_does_not_become_the_surroundings() -> None:
    surroundings = Surroundings()
    for _ in range(20):  # 20 s: six tenths voice, four tenths gaps
        after(0.6, -22.0, surroundings, speaking=True)
        after(0.4, -62.0, surroundings, speaking=True)
    assert surroundings.dbfs < BEGINNING_DBFS + 10.0


def test_a_babble_that_was_taken_for_a_voice_becomes_the_surroundings_in_the_end() -> None:
    assert after(10.0, -37.0, Surroundings(), speaking=True) > -38.0


@given(st.lists(st.floats(-96.0, 0.0), min_size=1, max_size=200), st.booleans())
def test_it_never_leaves_what_was_heard(levels: list[float], speaking: bool) -> None:
    surroundings = Surroundings()
    for level in levels:
        surroundings.feed(level, speaking=speaking)
    lowest, highest = min(*levels, BEGINNING_DBFS), max(*levels, BEGINNING_DBFS)
    assert lowest - 1.0 <= surroundings.dbfs <= highest + 1.0
