"""Syllables are counted from the sound alone."""

from __future__ import annotations

import pytest

from ivr.listening.syllables import SyllableCounter
from tests.listening.sounds import Wave, hum, joined, noise, on_the_line, silence, syllable, words


def count(wave: Wave, softest: float = -55.0) -> int:
    counter = SyllableCounter()
    return sum(counter.feed(frame, softest=softest) for frame in on_the_line(wave))


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.5])
def test_one_syllable_is_one_however_long(seconds: float) -> None:
    assert count(joined([silence(0.5), syllable(seconds), silence(0.5)])) == 1


@pytest.mark.parametrize("number", [2, 3, 5, 8])
@pytest.mark.parametrize("level", [-15.0, -40.0])
def test_each_syllable_of_a_phrase_is_counted(number: int, level: float) -> None:
    assert count(joined([silence(0.5), words(number, level), silence(0.5)])) == number


def test_steady_sound_is_at_most_its_own_beginning() -> None:
    assert count(joined([silence(0.5), hum(3.0, -25.0)])) <= 1
    assert count(noise(3.0, -70.0)) == 0


def test_a_breath_before_a_syllable_and_a_click_after_it_are_none() -> None:
    breath = joined([silence(0.5), syllable(0.1, -45.0), syllable(0.3, -20.0), silence(0.5)])
    assert count(breath) == 1
    click = joined([silence(0.5), syllable(0.3, -20.0), silence(0.15), syllable(0.05, -48.0)])
    assert count(joined([click, silence(0.5)])) == 1


def test_what_is_too_soft_is_no_syllable() -> None:
    assert count(joined([silence(0.5), words(4, -50.0)]), softest=-40.0) == 0


def test_while_it_does_not_count_nothing_is_counted() -> None:
    counter = SyllableCounter()
    frames = on_the_line(joined([silence(0.2), words(4)]))
    assert sum(counter.feed(frame, softest=-55.0, counting=False) for frame in frames) == 0
