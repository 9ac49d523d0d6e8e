from __future__ import annotations

import numpy as np
import pytest

from bench.corpus import sounds
from ivr.ports import SAMPLE_RATE

MAKERS = (sounds.dtmf, sounds.line_tone, sounds.hum, sounds.noise, sounds.bursts, sounds.music)


@pytest.mark.parametrize("make", MAKERS)
def test_a_sound_is_as_long_as_asked_and_neither_silent_nor_broken(
    make: sounds.Maker,
) -> None:
    for seed in range(20):
        sound = make(np.random.default_rng(seed), 1.5)
        assert len(sound) == 1.5 * SAMPLE_RATE
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() > 0.001


@pytest.mark.parametrize("make", MAKERS)
def test_another_chance_is_another_sound(make: sounds.Maker) -> None:
    one, same, other = (make(np.random.default_rng(seed), 1.5) for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_a_key_is_two_tones_of_the_keypad() -> None:
    sound = sounds.dtmf(np.random.default_rng(3), 4.0)
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    near = np.zeros(len(hertz), bool)
    for tone in (697, 770, 852, 941, 1209, 1336, 1477, 1633):
        near |= np.abs(hertz - tone) < 40
    assert spectrum[near].sum() > 0.9 * spectrum.sum()
