"""The spectrogram against values of the published implementation (faster-whisper 1.x)."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.recognisers.log_mel import LEAD, MODEL_RATE, log_mel, mel_filters, to_model_rate

# mel[band, frame] of the published code for LEAD zeros, the chirp below and zeros up to 3 s.
REFERENCE: dict[tuple[int, int], float] = {
    (0, 12): 0.41516,
    (5, 20): -0.12547,
    (20, 40): -0.58598,
    (37, 60): -0.63055,
    (40, 60): -0.27803,
    (60, 90): -0.49535,
    (66, 105): -0.67287,
    (79, 50): -0.67287,
    (30, 9): -0.53544,
    (10, 200): -0.67287,
}


def chirp() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A second that sweeps from 100 Hz to 4 kHz."""
    time = np.arange(MODEL_RATE) / MODEL_RATE
    return (0.3 * np.sin(2 * np.pi * (100 * time + 1950 * time**2))).astype(np.float32)


def test_the_spectrogram_is_the_one_the_model_was_trained_on() -> None:
    mel = log_mel(chirp(), 300)
    for (band, frame), value in REFERENCE.items():
        assert mel[band, frame] == pytest.approx(value, abs=2e-5), (band, frame)


def test_bands_have_equal_area() -> None:
    filters = mel_filters()
    assert filters.shape == (80, 201)
    assert (filters >= 0).all()
    hertz_per_bin = MODEL_RATE / 400
    # The lowest bands are narrower than a bin; above them sampling hardly matters.
    assert filters[20:].sum(axis=1) * hertz_per_bin == pytest.approx(1.0, abs=0.2)


def test_silence_is_flat() -> None:
    mel = log_mel(np.zeros(8000, np.float32), 1000)
    assert mel.shape == (80, 1000)
    assert np.ptp(mel) == 0.0


def test_audio_beyond_the_frames_is_left_out() -> None:
    long = np.concatenate([chirp()] * 3)
    assert log_mel(long, 100).shape == (80, 100)


def test_silence_surrounds_the_speech() -> None:
    mel = log_mel(chirp(), 300)
    loud = np.flatnonzero(mel.max(axis=0) > mel.min() + 0.5)
    assert loud[0] == pytest.approx(LEAD / 160, abs=2)
    assert loud[-1] < 115


def test_telephone_audio_doubles_its_rate_and_keeps_its_level() -> None:
    time = np.arange(8000) / 8000
    tone = (10000 * np.sin(2 * np.pi * 1000 * time)).astype("<i2").tobytes()
    samples = to_model_rate(tone)
    assert len(samples) == MODEL_RATE
    assert np.abs(samples[1000:-1000]).max() == pytest.approx(10000 / 32768, rel=0.02)


def test_no_audio_is_no_samples() -> None:
    assert len(to_model_rate(b"")) == 0
