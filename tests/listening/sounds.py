"""Sounds on a telephone line, made from a seed: voices by their syllables, noise, hum, echoes.

A syllable is a buzz at a voice's pitch through two formants, with an attack and
a decay: enough for a voice-activity detector and a syllable counter to take it
for one. Levels are in dBFS; everything is 8 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import lfilter

from ivr.ports import FRAME_BYTES, SAMPLE_RATE

Wave = np.ndarray[tuple[int], np.dtype[np.float64]]
_FORMANTS = ((700.0, 1200.0), (400.0, 2000.0), (500.0, 900.0), (600.0, 1700.0))


def silence(seconds: float) -> Wave:
    return np.zeros(round(seconds * SAMPLE_RATE))


def noise(seconds: float, level: float, seed: int = 1) -> Wave:
    wave = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE))
    return np.asarray(wave * 10 ** (level / 20))


def hum(seconds: float, level: float) -> Wave:
    """50 Hz mains with its harmonics."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = np.sum([np.sin(2 * np.pi * 50 * n * time) / n for n in range(1, 9)], axis=0)
    return at_level(wave, level)


def syllable(
    seconds: float = 0.2, level: float = -20.0, pitch: float = 140.0, vowel: int = 0
) -> Wave:
    """One syllable: a voiced rise, a steady vowel, a fall."""
    count = round(seconds * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    glide = pitch * (1 + 0.15 * time / max(seconds, 0.01))
    random = np.random.default_rng(round(pitch * 1000) + vowel)
    drift = np.cumsum(random.standard_normal(count)) / SAMPLE_RATE**0.5  # no voice holds its pitch
    breath = random.standard_normal(count) * 0.2
    buzz = np.sign(np.sin(2 * np.pi * np.cumsum(glide * (1 + 0.1 * drift)) / SAMPLE_RATE)) * 0.5
    buzz = buzz + breath
    for formant in _FORMANTS[vowel % len(_FORMANTS)]:
        radius = np.exp(-np.pi * 120 / SAMPLE_RATE)
        angle = 2 * np.pi * formant / SAMPLE_RATE
        buzz = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], buzz)
    wave = at_level(buzz, level)
    ramp = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.03)
    return np.asarray(wave * ramp)


def words(syllables: int, level: float = -20.0, pitch: float = 140.0, seed: int = 0) -> Wave:
    """Connected speech: syllables of 160 to 240 ms, 50 ms apart, with changing vowels."""
    random = np.random.default_rng(seed)
    parts: list[Wave] = []
    for _ in range(syllables):
        vowel = int(random.integers(len(_FORMANTS)))
        tone = pitch * float(random.uniform(0.85, 1.2))
        parts += [syllable(float(random.uniform(0.16, 0.24)), level, tone, vowel), silence(0.05)]
    return joined(parts)


def joined(parts: Sequence[Wave]) -> Wave:
    return np.concatenate(list(parts))


def mixed(*waves: Wave) -> Wave:
    """Together, as long as the longest."""
    total = np.zeros(max(len(wave) for wave in waves))
    for wave in waves:
        total[: len(wave)] += wave
    return total


def echo_of(wave: Wave, *, loss_db: float, delay: float) -> Wave:
    """What a hybrid returns: later, softer, coloured by a short random filter."""
    response = np.exp(-np.arange(60) / 12) * np.random.default_rng(3).standard_normal(60)
    response *= 10 ** (-loss_db / 20) / np.sqrt(np.sum(response**2))
    coloured = lfilter(response, [1.0], wave)
    return joined([silence(delay), coloured])


def on_the_line(wave: Wave, noise_level: float = -65.0, seed: int = 7) -> list[bytes]:
    """As 20 ms frames of a line with its own noise; what does not fill a frame is cut off."""
    heard = wave + noise(len(wave) / SAMPLE_RATE, noise_level, seed)[: len(wave)]
    pcm = (np.clip(heard, -1, 1) * 32767).astype("<i2").tobytes()
    whole = len(pcm) // FRAME_BYTES
    return [pcm[n * FRAME_BYTES : (n + 1) * FRAME_BYTES] for n in range(whole)]


def at_level(wave: Wave, level: float) -> Wave:
    return np.asarray(wave * 10 ** (level / 20) / np.sqrt(np.mean(wave**2)))
