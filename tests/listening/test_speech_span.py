from __future__ import annotations

import pytest

from ivr.listening.speech_span import FAR_DB, CallersLevel, SpeechSpan


def spoken(voiced: int, level: float = -20.0) -> SpeechSpan:
    span = SpeechSpan()
    for _ in range(voiced):
        span.feed(level)
    return span


def test_a_second_of_voice_is_a_second() -> None:
    assert spoken(50).seconds == pytest.approx(1.0)


def test_gaps_between_syllables_count_and_pauses_do_not() -> None:
    span = spoken(25)
    for _ in range(5):  # 100 ms
        span.feed(None)
    span.feed(-20.0)
    assert span.seconds == pytest.approx(31 * 0.02)
    for _ in range(100):
        span.feed(None)
    span.feed(-20.0)
    assert span.seconds == pytest.approx(32 * 0.02)


def test_the_silence_after_the_last_word_does_not_count() -> None:
    span = spoken(25)
    for _ in range(10):
        span.feed(None)
    assert span.seconds == pytest.approx(0.5)


def test_what_was_voiced_before_it_was_known_for_speech_counts() -> None:
    assert SpeechSpan(10).seconds == pytest.approx(0.2)
    assert SpeechSpan(10).level is None


def test_who_is_much_softer_than_the_caller_is_far() -> None:
    callers = CallersLevel()
    assert not callers.is_far(spoken(20, -22.0))
    assert not callers.is_far(spoken(20, -18.0))
    assert callers.is_far(spoken(20, -20.0 - FAR_DB - 1))
    assert not callers.is_far(spoken(20, -20.0 - FAR_DB + 1))


def test_nobody_is_far_before_the_caller_is_known() -> None:
    callers = CallersLevel()
    assert not callers.is_far(spoken(20, -20.0))
    assert not callers.is_far(spoken(20, -50.0))


def test_a_voice_from_afar_is_not_learned() -> None:
    callers = CallersLevel()
    for _ in range(3):
        callers.is_far(spoken(20, -20.0))
    for _ in range(20):
        assert callers.is_far(spoken(20, -40.0))
