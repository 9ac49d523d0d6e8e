"""Sounds that are no speech, made from nothing: tones, noise, music, knocks.

Every function takes the chance it may use and a duration in seconds, and gives 8 kHz samples
of any level: the caller sets that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from scipy import signal

from ivr.caller.sound_level import Signal
from ivr.ports import SAMPLE_RATE

Maker = Callable[[Generator, float], Signal]

_DTMF_ROWS = (697.0, 770.0, 852.0, 941.0)
_DTMF_COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
# Frequencies in Hz and the seconds of tone and pause in turn: what exchanges, machines and
# building sites send down a line. China's tones are one of 450 Hz (GB/T 3380).
_CADENCES: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = (
    ((450.0,), (1.0, 4.0)),  # ring-back, China
    ((450.0,), (0.35, 0.35)),  # busy, China
    ((450.0,), (0.7, 0.7)),  # congestion
    ((450.0,), (0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.4)),  # number unobtainable
    ((450.0,), (10.0, 0.1)),  # dial tone
    ((440.0, 480.0), (2.0, 4.0)),  # ring-back, North America
    ((480.0, 620.0), (0.5, 0.5)),  # busy, North America
    ((400.0, 450.0), (0.4, 0.2, 0.4, 2.0)),  # ring-back, Hong Kong and Britain
    ((425.0,), (1.0, 4.0)),  # ring-back, Europe
    ((1100.0,), (0.5, 3.0)),  # fax calling
    ((2100.0,), (3.0, 0.1)),  # fax or modem answering
    ((950.0,), (0.33, 0.03)),  # special information
    ((1400.0,), (0.4, 0.1)),  # record warning
    ((2600.0,), (0.2, 0.8)),
)
_SCALE = (0, 2, 4, 7, 9)  # pentatonic
_CHORDS = ((0, 4, 7), (0, 3, 7), (0, 4, 7, 10), (0, 5, 9), (0, 3, 7, 10))


def dtmf(chance: Generator, seconds: float) -> Signal:
    """Keys pressed one after the other."""
    sounds: list[Signal] = []
    while sum(map(len, sounds)) < seconds * SAMPLE_RATE:
        time = _time(chance.uniform(0.07, 0.25))
        tones = (chance.choice(_DTMF_ROWS), chance.choice(_DTMF_COLUMNS))
        sounds.append(_faded(sum(np.sin(2 * np.pi * f * time) for f in tones), 0.003))
        sounds.append(np.zeros(int(chance.uniform(0.05, 0.5) * SAMPLE_RATE)))
    return _fitted(sounds, seconds)


def line_tone(chance: Generator, seconds: float) -> Signal:
    """Ringing, busy, fax and the like, from a point anywhere in the first second."""
    frequencies, cadence = _CADENCES[int(chance.integers(len(_CADENCES)))]
    frequencies = tuple(f * chance.uniform(0.98, 1.02) for f in frequencies)
    sounds: list[Signal] = []
    while sum(map(len, sounds)) < (seconds + 1) * SAMPLE_RATE:
        for place, length in enumerate(cadence):
            time = _time(length)
            tone = sum(np.sin(2 * np.pi * f * time) for f in frequencies)
            sounds.append(_faded(np.asarray(tone) * (place % 2 == 0), 0.005))
    # The first tone begins within the clip: none of them is silent.
    start = int(chance.uniform(0, min(1.0, cadence[0] / 2)) * SAMPLE_RATE)
    return _fitted([np.concatenate(sounds)[start:]], seconds)


def hum(chance: Generator, seconds: float) -> Signal:
    """Mains hum and machines: harmonics of 50 Hz or of a slow motor, with some flutter."""
    base = 50.0 if chance.random() < 0.5 else chance.uniform(25, 130)
    time = _time(seconds)
    sound = np.zeros(len(time))
    for harmonic in range(1, int(chance.integers(4, 30))):
        size = chance.uniform(0.2, 1.0) / harmonic ** chance.uniform(0.3, 1.2)
        flutter = 1 + 0.2 * np.sin(2 * np.pi * chance.uniform(0.5, 8) * time)
        phase = chance.uniform(0, 2 * np.pi)
        sound += size * flutter * np.sin(2 * np.pi * base * harmonic * time + phase)
    return sound


def noise(chance: Generator, seconds: float) -> Signal:
    """White, pink, brown or of any other slope, or a band of it; steady, swelling or gusty."""
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(chance.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    slope = chance.choice((0.0, 0.5, 1.0, chance.uniform(-0.3, 1.2)))
    spectrum /= np.maximum(frequency, 20.0) ** slope
    if chance.random() < 0.4:
        centre, width = chance.uniform(300, 3000), chance.uniform(0.2, 1.0)
        spectrum *= np.exp(-0.5 * (np.log(np.maximum(frequency, 20.0) / centre) / width) ** 2)
    sound = np.fft.irfft(spectrum, count)
    if chance.random() < 0.5:
        gusts = chance.uniform(0.05, 1.0, max(3, int(seconds * chance.uniform(1, 6))))
        sound *= np.interp(np.arange(count), np.linspace(0, count, len(gusts)), gusts)
    return np.asarray(sound)


def bursts(chance: Generator, seconds: float) -> Signal:
    """Coughs, sneezes, breath, clicks and knocks, with quiet between."""
    sound = np.zeros(int(seconds * SAMPLE_RATE))
    makers = (_cough, _knock, _click, _breath)
    at = chance.uniform(0.05, 0.6)
    while at < seconds - 0.1:
        one = makers[int(chance.integers(len(makers)))](chance)
        start = int(at * SAMPLE_RATE)
        piece = one[: len(sound) - start]
        sound[start : start + len(piece)] += piece
        at += len(one) / SAMPLE_RATE + chance.uniform(0.05, 0.9)
    return sound


def music(chance: Generator, seconds: float) -> Signal:
    """Chords, a tune, drums, or some of these together."""
    parts = (_chords, _tune, _drums)
    chosen = [part for part in parts if chance.random() < 0.6] or [
        parts[int(chance.integers(len(parts)))]
    ]
    beat = 60 / chance.uniform(60, 170)
    root = chance.uniform(110, 330)
    return sum((part(chance, seconds, beat, root) for part in chosen), start=_nothing(seconds))


def _chords(chance: Generator, seconds: float, beat: float, root: float) -> Signal:
    brightness = chance.uniform(0.6, 2.0)
    sounds: list[Signal] = []
    while sum(map(len, sounds)) < seconds * SAMPLE_RATE:
        shape = _CHORDS[int(chance.integers(len(_CHORDS)))]
        step = int(chance.choice((0, 5, 7, 9)))
        length = beat * int(chance.choice((2, 4)))
        notes = [_note(root * 2 ** ((step + n) / 12), length, brightness, 0.8) for n in shape]
        sounds.append(np.sum(notes, axis=0))
    return 0.4 * _fitted(sounds, seconds)


def _tune(chance: Generator, seconds: float, beat: float, root: float) -> Signal:
    brightness = chance.uniform(0.5, 2.5)
    sounds: list[Signal] = []
    while sum(map(len, sounds)) < seconds * SAMPLE_RATE:
        tone = int(chance.choice(_SCALE)) + 12 * int(chance.integers(0, 3))
        length = beat * float(chance.choice((0.25, 0.5, 1.0)))
        sounds.append(_note(root * 2 ** (tone / 12), length, brightness, chance.uniform(0.1, 1)))
    return _fitted(sounds, seconds)


def _drums(chance: Generator, seconds: float, beat: float, root: float) -> Signal:
    del root
    sound = _nothing(seconds)
    for place in range(int(seconds / beat * 2)):
        hit = _knock(chance) if place % 4 == 0 else _click(chance) * chance.uniform(0.2, 1)
        start = int(place * beat / 2 * SAMPLE_RATE)
        piece = hit[: max(0, len(sound) - start)]
        sound[start : start + len(piece)] += piece
    return sound


def _note(frequency: float, seconds: float, brightness: float, held: float) -> Signal:
    """A plucked (held = 0) or bowed (held = 1) note with harmonics below 4 kHz."""
    time = _time(seconds)
    sound = np.zeros(len(time))
    for harmonic in range(1, int(4000 / frequency) + 1):
        sound += np.sin(2 * np.pi * frequency * harmonic * time) / harmonic**brightness
    decay = np.exp(-time * (1 - held) * 6)
    return _faded(sound * decay, 0.01)


def _cough(chance: Generator) -> Signal:
    """A burst of noise through a throat of two resonances, once or twice."""
    coughs = []
    for _ in range(int(chance.integers(1, 4))):
        count = int(chance.uniform(0.12, 0.35) * SAMPLE_RATE)
        rush = chance.standard_normal(count) * np.exp(-np.linspace(0, 5, count))
        for centre in (chance.uniform(400, 900), chance.uniform(1200, 2500)):
            rush = rush + 2 * signal.lfilter(*signal.iirpeak(centre, 4, fs=SAMPLE_RATE), rush)
        coughs.append(np.concatenate((_faded(rush, 0.004), np.zeros(count // 3))))
    return np.concatenate(coughs)


def _breath(chance: Generator) -> Signal:
    count = int(chance.uniform(0.3, 0.9) * SAMPLE_RATE)
    rush = signal.lfilter([1], [1, -chance.uniform(0.2, 0.8)], chance.standard_normal(count))
    return np.asarray(0.15 * rush * np.hanning(count))


def _click(chance: Generator) -> Signal:
    count = int(chance.uniform(0.005, 0.04) * SAMPLE_RATE)
    return np.asarray(chance.standard_normal(count) * np.exp(-np.linspace(0, 6, count)))


def _knock(chance: Generator) -> Signal:
    time = _time(chance.uniform(0.06, 0.2))
    tone = np.sin(2 * np.pi * chance.uniform(80, 400) * time)
    return np.asarray((tone + 0.3 * chance.standard_normal(len(time))) * np.exp(-time * 35))


def _time(seconds: float) -> Signal:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _nothing(seconds: float) -> Signal:
    return np.zeros(int(seconds * SAMPLE_RATE))


def _fitted(sounds: list[Signal], seconds: float) -> Signal:
    return np.concatenate(sounds)[: int(seconds * SAMPLE_RATE)]


def _faded(sound: Signal, seconds: float) -> Signal:
    """Without clicks at the ends."""
    count = min(int(seconds * SAMPLE_RATE), len(sound) // 2)
    faded = np.array(sound, dtype=np.float64)
    if count:
        ramp = np.linspace(0, 1, count)
        faded[:count] *= ramp
        faded[-count:] *= ramp[::-1]
    return faded
