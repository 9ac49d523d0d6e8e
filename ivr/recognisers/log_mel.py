"""Telephone audio -> the log-mel spectrogram that Whisper was trained on.

Figures from the published model (Radford et al. 2022, and its `audio.py`): 16 kHz,
80 Slaney mel bands, windows of 25 ms every 10 ms, log10 floored 8 below the
loudest point, then (x + 4) / 4.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import resample_poly

Floats = NDArray[np.float32]

MODEL_RATE = 16000
BANDS = 80
WINDOW = 400
HOP = 160
FRAMES_PER_SECOND = MODEL_RATE // HOP

# 0.1 s before the first and 0.3 s after the last sample: a window of speech that is
# cut at its first sample is misheard more often.
LEAD = MODEL_RATE // 10
TAIL = MODEL_RATE * 3 // 10

_FLOOR = np.float32(1e-10)


def to_model_rate(pcm: bytes) -> Floats:
    """8 kHz s16le mono PCM -> 16 kHz samples from -1 to 1."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768.0)
    return np.asarray(resample_poly(samples, 2, 1), dtype=np.float32)


def log_mel(samples: Floats, frames: int) -> Floats:
    """Spectrogram [80, frames] of 16 kHz samples, silence before, after and up to the end.

    Samples beyond `frames` hundredths of a second are left out.
    """
    room = frames * HOP - LEAD
    heard = samples[:room]
    used = min(frames, -(-(LEAD + len(heard) + TAIL + WINDOW) // HOP))
    padded = np.zeros(used * HOP + WINDOW, dtype=np.float32)
    # The published code centres each window on its hop by reflecting half a window at
    # both ends; here both ends are silence, whose reflection is silence.
    start = WINDOW // 2 + LEAD
    end = min(start + len(heard), len(padded))
    padded[start:end] = heard[: end - start]
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: used * HOP : HOP]
    spectrum = fft.rfft(windows * _hann(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    bands = np.full((BANDS, frames), np.log10(_FLOOR), dtype=np.float32)
    bands[:, :used] = np.log10(np.maximum(mel_filters() @ power.T, _FLOOR))
    floored = np.maximum(bands, bands.max() - 8.0)
    return np.ascontiguousarray((floored + 4.0) / 4.0, dtype=np.float32)


@functools.cache
def _hann() -> Floats:
    phase = np.arange(WINDOW) * (2 * np.pi / WINDOW)
    return np.asarray(0.5 - 0.5 * np.cos(phase), dtype=np.float32)


@functools.cache
def mel_filters() -> Floats:
    """[80, 201] triangular filters of equal area (Slaney's Auditory Toolbox), 0 to 8 kHz."""
    frequencies = np.linspace(0, MODEL_RATE / 2, WINDOW // 2 + 1)
    edges = _mel_to_hertz(np.linspace(0, _hertz_to_mel(MODEL_RATE / 2), BANDS + 2))
    rise = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rise, fall))
    area = 2 / (edges[2:] - edges[:-2])
    return np.asarray(triangles * area[:, None], dtype=np.float32)


# Slaney's scale: linear (3 mel per 200 Hz) below 1 kHz, logarithmic (27 steps to 6.4 kHz) above.
_LINEAR = 200 / 3
_KNEE_HERTZ = 1000.0
_KNEE_MEL = _KNEE_HERTZ / _LINEAR
_LOG_STEP = np.log(6.4) / 27


def _hertz_to_mel(hertz: float) -> float:
    if hertz < _KNEE_HERTZ:
        return hertz / _LINEAR
    return float(_KNEE_MEL + np.log(hertz / _KNEE_HERTZ) / _LOG_STEP)


def _mel_to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _KNEE_HERTZ * np.exp(_LOG_STEP * (np.maximum(mel, _KNEE_MEL) - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _LINEAR, above)
