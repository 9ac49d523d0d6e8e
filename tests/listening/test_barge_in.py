"""Who may interrupt: two syllables, a long voice, a key. Not 嗯, noise or our own echo."""

from __future__ import annotations

import pytest

from ivr.listening.barge_in import LATEST_FRAMES, BargeIn, Interruption
from ivr.listening.echo import EchoDetector
from ivr.listening.voice_activity import WebRtcVoiceActivity
from tests.listening.sounds import (
    Wave,
    echo_of,
    hum,
    joined,
    mixed,
    noise,
    on_the_line,
    silence,
    syllable,
    words,
)

PROMPT = words(40, -18.0, pitch=210.0, seed=11)
EN = syllable(0.25, -20.0, pitch=125.0, vowel=1)


def interruption(caller: Wave, prompt: Wave = PROMPT) -> tuple[int, Interruption] | None:
    """The frame (from 0) of the decision and its kind."""
    detector, echo, barge_in = WebRtcVoiceActivity(), EchoDetector(), BargeIn()
    for n, (received, sent) in enumerate(
        zip(on_the_line(caller), on_the_line(prompt, -90.0), strict=False)
    ):
        echo.played(sent)
        echo.heard(received)
        activity = detector.feed(received)
        how = barge_in.feed(received, activity, echo=activity.voiced and echo.is_echo())
        if how is not None:
            return n, how
    return None


@pytest.mark.parametrize("level", [-15.0, -25.0, -42.0])
def test_two_syllables_interrupt_as_the_second_is_spoken(level: float) -> None:
    speech = words(2, level, pitch=125.0, seed=2)
    decided = interruption(joined([silence(2.0), speech, silence(1.0)]))
    assert decided is not None
    frame, how = decided
    assert how is Interruption.SYLLABLES
    assert frame <= 100 + len(speech) // 160


def test_a_bare_short_en_does_not_interrupt() -> None:
    assert interruption(joined([silence(2.0), EN, silence(2.0)])) is None


def test_two_bare_en_far_apart_do_not_add_up() -> None:
    assert interruption(joined([silence(1.0), EN, silence(1.2), EN, silence(1.0)])) is None


def test_a_long_voice_interrupts_without_a_second_syllable() -> None:
    decided = interruption(joined([silence(2.0), syllable(1.5, -20.0, 125.0), silence(0.5)]))
    assert decided is not None
    frame, how = decided
    assert how is Interruption.LONG_VOICE
    assert frame <= 100 + LATEST_FRAMES + 2


@pytest.mark.parametrize("loss", [20.0, 25.0, 30.0])
@pytest.mark.parametrize("delay", [0.04, 0.2])
def test_the_echo_of_our_own_prompt_does_not_interrupt(loss: float, delay: float) -> None:
    assert interruption(echo_of(PROMPT, loss_db=loss, delay=delay)) is None


@pytest.mark.parametrize("level", [-20.0, -30.0])
def test_a_caller_interrupts_over_the_echo(level: float) -> None:
    voice = joined([silence(2.0), words(6, level, pitch=125.0, seed=5), silence(0.5)])
    decided = interruption(mixed(voice, echo_of(PROMPT, loss_db=25.0, delay=0.1)[: len(voice)]))
    assert decided is not None
    assert 100 < decided[0] < 100 + 2 * LATEST_FRAMES


def test_noise_hum_and_a_click_do_not_interrupt() -> None:
    assert interruption(noise(4.0, -30.0)) is None
    assert interruption(hum(4.0, -30.0)) is None
    click = joined([silence(2.0), noise(0.02, -5.0), silence(0.2), noise(0.02, -5.0), silence(1.0)])
    assert interruption(click) is None


def test_a_key_interrupts_at_once() -> None:
    assert BargeIn().key_pressed() is Interruption.KEY
