"""Rate and volume on PCM."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.ports import SAMPLE_RATE
from ivr.voices.stretch import FASTEST, SLOWEST, gain, stretch

RATES = (0.7, 0.8, 0.9, 0.95, 1.1, 1.2, 1.3)


def voiced(seconds: float, pitch: float = 220.0) -> bytes:
    """A vowel-like sound: harmonics of `pitch` up to 3 kHz, with silence around it."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    harmonics = range(2, int(3000 / pitch))
    sound = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in harmonics)
    envelope = np.minimum(1, np.minimum(time, seconds - time) / 0.02)
    return ints(np.asarray(sound) * envelope * 4000)


def ints(samples: NDArray[np.float64]) -> bytes:
    return samples.round().clip(-32768, 32767).astype("<i2").tobytes()


def samples(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(float)


def level_db(pcm: bytes) -> float:
    values = samples(pcm)
    middle = values[len(values) // 4 : -len(values) // 4]
    return float(20 * np.log10(np.sqrt((middle**2).mean())))


def pitch_of(pcm: bytes) -> float:
    """By the peak of the autocorrelation from 80 to 500 Hz."""
    values = samples(pcm)
    middle = values[len(values) // 4 :][:2000]
    spectrum = np.abs(np.fft.rfft(middle, 1 << 15)) ** 2
    correlation = np.fft.irfft(spectrum)
    first, last = SAMPLE_RATE // 500, SAMPLE_RATE // 80
    return SAMPLE_RATE / (first + int(np.argmax(correlation[first:last])))


def test_the_rate_as_rendered_leaves_every_byte() -> None:
    pcm = voiced(0.5)
    assert stretch(pcm, 1.0) is pcm
    assert gain(pcm, 0.0) is pcm


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seconds", [0.3, 1.0, 3.0])
def test_the_duration_changes_by_the_rate_within_2_percent(rate: float, seconds: float) -> None:
    pcm = voiced(seconds)
    assert len(stretch(pcm, rate)) == pytest.approx(len(pcm) / rate, rel=0.02)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("pitch", [110.0, 220.0])
def test_level_and_pitch_stay(rate: float, pitch: float) -> None:
    pcm = voiced(1.0, pitch)
    stretched = stretch(pcm, rate)
    assert level_db(stretched) == pytest.approx(level_db(pcm), abs=1.0)
    assert pitch_of(stretched) == pytest.approx(pitch_of(pcm), rel=0.03)


@pytest.mark.parametrize("rate", RATES)
def test_a_short_fragment_keeps_its_beginning_and_its_end(rate: float) -> None:
    pcm = voiced(0.25)
    loud = np.abs(samples(stretch(pcm, rate))) > 1500
    assert np.argmax(loud) / len(loud) < 0.15
    assert np.argmax(loud[::-1]) / len(loud) < 0.15


def test_the_same_fragment_stretches_to_the_same_bytes() -> None:
    assert stretch(voiced(0.5), 0.8) == stretch(voiced(0.5), 0.8)


@given(pcm=st.binary(max_size=4000), rate=st.floats(SLOWEST, FASTEST))
@settings(max_examples=50)
def test_any_sound_can_be_stretched(pcm: bytes, rate: float) -> None:
    whole = pcm[: len(pcm) // 2 * 2]
    stretched = stretch(whole, rate)
    assert len(stretched) % 2 == 0
    assert abs(len(stretched) / 2 - len(whole) / 2 / rate) <= 1


@pytest.mark.parametrize("rate", [0.69, 1.31, 0.0, float("nan")])
def test_a_rate_out_of_range_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        stretch(voiced(0.1), rate)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="half a sample"):
        stretch(b"\x01\x02\x03", 0.9)
    with pytest.raises(ValueError, match="half a sample"):
        gain(b"\x01\x02\x03", 3.0)


def test_gain_is_exact_where_there_is_room() -> None:
    pcm = voiced(0.5)
    for db in (-12.0, -6.0, 3.0):
        assert level_db(gain(pcm, db)) == pytest.approx(level_db(pcm) + db, abs=0.1)


@given(
    values=st.lists(st.integers(-32768, 32767), min_size=1),
    db=st.floats(-20.0, 30.0).filter(lambda db: db != 0),
)
def test_gain_never_wraps_around_and_never_turns_a_sample_over(
    values: list[int], db: float
) -> None:
    before = np.array(values, dtype="<i2")
    after = np.frombuffer(gain(before.tobytes(), db), "<i2")
    assert len(after) == len(before)
    assert (before.astype(int) * after.astype(int) >= 0).all()
    order = np.argsort(before, kind="stable")
    assert (np.diff(after[order].astype(int)) >= 0).all()


def test_a_very_loud_gain_bends_instead_of_clipping() -> None:
    loud = samples(gain(voiced(0.5), 12.0))
    assert np.abs(loud).max() < 32767 * 0.8
