"""Loudness of a frame of 16-bit PCM, in dBFS (0 = a full-scale square wave)."""

from __future__ import annotations

import math

import numpy as np

SILENCE_DBFS = -96.0  # digital silence; 16 bits hold nothing softer
_FULL_SCALE = 32768.0


def samples(pcm: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The samples of little-endian 16-bit PCM, -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64) / _FULL_SCALE


def power_to_dbfs(power: float) -> float:
    """Mean square of samples (-1 to 1) -> dBFS, never below SILENCE_DBFS."""
    if power <= 0.0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10.0 * math.log10(power))


def level_dbfs(pcm: bytes) -> float:
    """RMS level of `pcm`; SILENCE_DBFS for none at all."""
    wave = samples(pcm)
    return power_to_dbfs(float(wave @ wave) / wave.size) if wave.size else SILENCE_DBFS
