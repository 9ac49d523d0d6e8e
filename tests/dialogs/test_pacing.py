from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import commands as do
from dialogs.events import Heard
from dialogs.pacing import follow
from dialogs.policy import shipped_policy
from dialogs.reducer import initial_state
from dialogs.state import Step
from dialogs.turn import Turn
from dialogs.wording import load_wording
from grammars.meaning import Understanding

NOW = dt.datetime(2026, 11, 24, 9)
FOLLOWING = shipped_policy().voice.following
WORDING = load_wording()


def _turn(**state: object) -> Turn:
    turn = Turn(initial_state(WORDING), NOW)
    turn.set(**{"step": Step.HOSPITAL, "rate": shipped_policy().voice.start_rate, **state})
    return turn


def _says(turn: Turn, syllables: int, seconds: float, confidence: float = 0.9) -> float:
    said = Understanding("…", confidence, syllables=syllables)
    follow(turn, Heard(NOW, said, frozenset(), seconds=seconds))
    return turn.state.rate


def test_a_slow_caller_is_spoken_to_slowly_and_the_voice_is_told() -> None:
    turn = _turn()
    for _ in range(10):
        rate = _says(turn, 8, 8 / (FOLLOWING.voice_pace * 0.85))
    assert rate == pytest.approx(0.85, abs=0.05)
    assert isinstance(turn.commands[-1], do.ChangeVoice)


def test_one_utterance_changes_less_than_many() -> None:
    once, often = _turn(), _turn()
    first = _says(once, 8, 2.4)
    for _ in range(10):
        last = _says(often, 8, 2.4)
    assert last < first < shipped_policy().voice.start_rate


@pytest.mark.parametrize(
    ("syllables", "seconds", "confidence"),
    [(2, 4.0, 0.9), (8, 0.5, 0.9), (8, 0.0, 0.9), (8, 8, 0.1)],
)
def test_what_says_little_about_a_person_changes_nothing(
    syllables: int, seconds: float, confidence: float
) -> None:
    turn = _turn()
    before = turn.state.rate
    assert _says(turn, syllables, seconds, confidence) == before
    assert turn.commands == []


@pytest.mark.parametrize("state", [{"rate_wished": True}, {"step": Step.ID_NUMBER}])
def test_a_wish_and_dictated_digits_are_not_measured(state: dict[str, object]) -> None:
    turn = _turn(**state)
    before = turn.state.rate
    assert _says(turn, 8, 8.0) == before


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 60)), max_size=30))
def test_whatever_is_measured_the_rate_stays_within_its_bounds(
    utterances: list[tuple[int, float]],
) -> None:
    turn = _turn()
    for syllables, seconds in utterances:
        rate = _says(turn, syllables, seconds)
        assert FOLLOWING.slowest <= rate <= FOLLOWING.fastest
