"""A television behind the caller is made soft, the caller's own words are not touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.listening.foreground import BEHIND_DB
from ivr.listening.near_sound import LEFT, near_sound

RATE = 8000


def sound(seconds: float, dbfs: float) -> NDArray[np.float64]:
    """A voice-like hum."""
    t = np.arange(int(seconds * RATE)) / RATE
    wave: NDArray[np.float64] = np.sin(2 * np.pi * 200 * t) * np.sqrt(2) * 10 ** (dbfs / 20)
    return wave


def pcm(*parts: NDArray[np.float64]) -> bytes:
    return (np.concatenate(parts) * 32767).astype("<i2").tobytes()


def silence(seconds: float) -> NDArray[np.float64]:
    return np.zeros(int(seconds * RATE))


def rms(heard: bytes, first: float, last: float) -> float:
    wave = np.frombuffer(heard, dtype="<i2")[int(first * RATE) : int(last * RATE)]
    return float(np.sqrt(np.mean(np.square(wave.astype(np.float64)))))


def test_a_television_before_and_after_the_words_is_made_soft() -> None:
    before = pcm(sound(3.0, -40), sound(1.0, -18), sound(2.0, -40))
    after = near_sound(before)
    assert len(after) == len(before)
    assert rms(after, 3.0, 4.0) == pytest.approx(rms(before, 3.0, 4.0), rel=0.01)
    for first, last in ((0.0, 2.5), (4.5, 6.0)):
        assert rms(after, first, last) == pytest.approx(LEFT * rms(before, first, last), rel=0.1)


def test_a_soft_last_syllable_stays() -> None:
    said = pcm(sound(0.8, -18), silence(0.4), sound(0.3, -18 - BEHIND_DB - 4), silence(1.0))
    assert near_sound(said) == said


def test_who_speaks_more_softly_for_a_while_is_not_far() -> None:
    said = pcm(sound(1.0, -18), silence(0.5), sound(2.0, -18 - BEHIND_DB + 3), silence(0.5))
    assert near_sound(said) == said


def test_a_pause_in_a_quiet_room_stays() -> None:
    said = pcm(sound(1.0, -18), sound(2.0, -60), sound(1.0, -18))
    assert near_sound(said) == said


def test_a_television_alone_stays_as_it_is() -> None:
    said = pcm(sound(3.0, -40))
    assert near_sound(said) == said, "nothing to tell it from"


@given(st.binary(max_size=40_000))
def test_any_sound_keeps_its_length(heard: bytes) -> None:
    heard = heard[: len(heard) // 2 * 2]
    assert len(near_sound(heard)) == len(heard)
