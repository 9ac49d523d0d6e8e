"""Our own prompt, returned by the line, is not the caller."""

from __future__ import annotations

import pytest

from ivr.listening.echo import EchoDetector
from tests.listening.sounds import Wave, echo_of, hum, joined, mixed, on_the_line, silence, words

PROMPT = words(30, -18.0, pitch=210.0, seed=11)


def echo_frames(caller: Wave, prompt: Wave) -> list[bool]:
    detector = EchoDetector()
    decisions = []
    for received, sent in zip(on_the_line(caller), on_the_line(prompt, -90.0), strict=False):
        detector.played(sent)
        detector.heard(received)
        decisions.append(detector.is_echo())
    return decisions


@pytest.mark.parametrize("loss", [15.0, 20.0, 30.0])
@pytest.mark.parametrize("delay", [0.02, 0.12, 0.3])
def test_the_echo_of_a_prompt_is_known_as_one(loss: float, delay: float) -> None:
    decisions = echo_frames(echo_of(PROMPT, loss_db=loss, delay=delay), PROMPT)
    after = decisions[round(delay * 50) + 25 : len(decisions) - 1]
    assert sum(after) > 0.9 * len(after)


@pytest.mark.parametrize("level", [-12.0, -20.0, -35.0])
def test_another_voice_is_no_echo_however_soft(level: float) -> None:
    voice = words(20, level, pitch=125.0, seed=5)
    decisions = echo_frames(voice, PROMPT)[20:]
    assert sum(decisions) < 0.15 * len(decisions)


def test_a_caller_who_speaks_over_the_echo_is_heard() -> None:
    voice = joined([silence(2.0), words(6, -20.0, pitch=125.0, seed=5)])
    both = mixed(voice, echo_of(PROMPT, loss_db=25.0, delay=0.1)[: len(voice)])
    decisions = echo_frames(both, PROMPT)
    assert sum(decisions[50:98]) > 40
    assert sum(decisions[106:]) < 0.2 * len(decisions[106:])


def test_the_delay_of_the_line_is_learnt() -> None:
    detector = EchoDetector()
    for received, sent in zip(
        on_the_line(echo_of(PROMPT, loss_db=20.0, delay=0.1)), on_the_line(PROMPT), strict=False
    ):
        detector.played(sent)
        detector.heard(received)
        detector.is_echo()
    assert detector.delay_samples is not None
    assert abs(detector.delay_samples - 800) < 40


def test_nothing_is_an_echo_when_nothing_was_played() -> None:
    voice = words(6, -20.0)
    assert not any(echo_frames(voice, silence(len(voice) / 8000)))


def test_what_is_as_loud_as_the_prompt_is_no_echo() -> None:
    sound = hum(2.0, -20.0)
    assert not any(echo_frames(sound, sound))
