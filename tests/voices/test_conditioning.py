"""Raw speech -> telephone speech: trimmed, banded, levelled, without clicks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.voices.conditioning import (
    LEAD_SECONDS,
    PEAK,
    TAIL_SECONDS,
    Samples,
    limit,
    telephone_pcm,
)

RATES = (24000, 22050, 16000, 8000)


def tone(rate: int, hertz: float, seconds: float = 0.5, size: float = 0.3) -> Samples:
    time = np.arange(int(seconds * rate)) / rate
    return (size * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def quiet(rate: int, seconds: float) -> Samples:
    return np.zeros(int(seconds * rate), np.float32)


def values(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(float) / 32768


def middle_rms_db(pcm: bytes) -> float:
    samples = values(pcm)
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    return float(20 * np.log10(np.sqrt((middle**2).mean())))


@pytest.mark.parametrize("rate", RATES)
def test_every_engines_rate_becomes_8_khz(rate: int) -> None:
    pcm = telephone_pcm(tone(rate, 1000), rate)
    expected = 0.5 + LEAD_SECONDS + TAIL_SECONDS
    assert len(pcm) / 2 / 8000 == pytest.approx(expected, abs=0.02)
    spectrum = np.abs(np.fft.rfft(values(pcm)))
    assert np.argmax(spectrum) * 8000 / len(values(pcm)) == pytest.approx(1000, abs=5)


@pytest.mark.parametrize("size", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("rate", RATES)
def test_every_fragment_has_the_same_level(rate: int, size: float) -> None:
    assert middle_rms_db(telephone_pcm(tone(rate, 700, size=size), rate)) == pytest.approx(
        -20, abs=1
    )


def test_a_pause_inside_does_not_raise_the_level() -> None:
    rate = 24000
    spoken = tone(rate, 700)
    with_pause = np.concatenate([spoken, quiet(rate, 1.0), spoken])
    loud = values(telephone_pcm(with_pause, rate))
    plain = values(telephone_pcm(spoken, rate))
    assert np.abs(loud).max() == pytest.approx(np.abs(plain).max(), rel=0.1)


@pytest.mark.parametrize("silence", [0.0, 0.3, 1.5])
def test_silence_around_speech_becomes_one_small_margin(silence: float) -> None:
    rate = 24000
    raw = np.concatenate([quiet(rate, silence), tone(rate, 700), quiet(rate, silence)])
    pcm = telephone_pcm(raw, rate)
    assert len(pcm) / 2 / 8000 == pytest.approx(0.5 + LEAD_SECONDS + TAIL_SECONDS, abs=0.02)


def test_the_ends_do_not_click() -> None:
    samples = values(telephone_pcm(tone(24000, 700), 24000))
    assert abs(samples[0]) < 0.002
    assert abs(samples[-1]) < 0.002


@pytest.mark.parametrize("hertz", [60.0, 100.0, 3900.0])
def test_what_a_telephone_does_not_carry_is_taken_out(hertz: float) -> None:
    rate = 24000
    wanted, unwanted = tone(rate, 1000), tone(rate, hertz)
    samples = values(telephone_pcm(wanted + unwanted, rate))[800:3200]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    bins = len(samples) / 8000
    assert spectrum[round(hertz * bins)] < spectrum[round(1000 * bins)] / 50


@pytest.mark.parametrize("raw", [[], [0.0] * 5000, [float("nan")] * 5000])
def test_no_speech_gives_nothing(raw: list[float]) -> None:
    assert telephone_pcm(np.array(raw, np.float32), 24000) == b""


@given(
    raw=st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=3000),
    rate=st.sampled_from(RATES),
)
@settings(max_examples=50, deadline=None)
def test_no_sound_ever_clips_or_ends_in_half_a_sample(raw: list[float], rate: int) -> None:
    pcm = telephone_pcm(np.array(raw, np.float32), rate)
    assert len(pcm) % 2 == 0
    assert len(pcm) == 0 or np.abs(values(pcm)).max() <= PEAK + 1e-3


@given(st.lists(st.floats(-100, 100, width=32), min_size=1))
def test_the_limiter_keeps_order_sign_and_peak(raw: list[float]) -> None:
    samples = np.array(raw, np.float32)
    limited = limit(samples)
    assert np.abs(limited).max() <= PEAK + 1e-6
    assert (np.sign(limited) == np.sign(samples)).all()
    assert (np.diff(limited[np.argsort(samples)]) >= -1e-6).all()
