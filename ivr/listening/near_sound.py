"""What of an utterance was said near the telephone: longer sounds from behind are made soft.

A television that talks on while the caller thinks is in the utterance too, and a recogniser writes
down whatever it hears: its words would stand in front of the caller's. How loud the caller is
shows in the utterance's loudest frames. Only a long stretch of far sound goes; a soft last
syllable, a breath and what lies next to the caller's words stay. Pure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.listening.foreground import BEHIND_DB, LOUDEST_FRAMES
from ivr.ports import FRAME_BYTES

BESIDE_FRAMES = 15  # 300 ms before and after what is near
HEARD_DB = 35.0  # under the loudest: softer is no voice
LONG_FRAMES = 25  # 500 ms of heard far sound in one stretch: more than a syllable
LEFT = 0.1  # of it, -20 dB: digital silence beside a noisy word makes the recogniser say it twice
_FRAME = FRAME_BYTES // 2
_FADE = 80  # samples, 10 ms
_LEAST_POWER = 1.0  # of samples of 16 bits: digital silence

Floats = NDArray[np.float64]


def near_sound(pcm: bytes) -> bytes:
    """The same 8 kHz, 16-bit mono PCM, as long, with the far stretches 20 dB softer."""
    count = len(pcm) // FRAME_BYTES
    if count < LONG_FRAMES:
        return pcm
    wave = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    levels = _levels(wave[: count * _FRAME].reshape(count, _FRAME))
    loudest = float(np.sort(levels)[-LOUDEST_FRAMES])
    near = _spread(levels >= loudest - BEHIND_DB, BESIDE_FRAMES)
    kept = np.ones(count)
    for first, last in _stretches(~near):
        if np.count_nonzero(levels[first:last] >= loudest - HEARD_DB) >= LONG_FRAMES:
            kept[first:last] = LEFT
    if kept.min() == 1.0:
        return pcm
    gain = np.concatenate([np.repeat(kept, _FRAME), np.full(len(wave) % _FRAME, kept[-1])])
    return (wave * _faded(gain)).astype("<i2").tobytes()


def _levels(frames: Floats) -> Floats:
    """dB of each frame and its neighbours."""
    power = np.maximum(np.square(frames).mean(axis=1), _LEAST_POWER)
    smooth: Floats = np.convolve(10.0 * np.log10(power), np.full(3, 1 / 3), mode="same")
    return smooth


def _spread(frames: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Also true `by` frames before and after."""
    spread: NDArray[np.bool_] = np.convolve(frames, np.ones(2 * by + 1), mode="same") > 0.5
    return spread


def _stretches(frames: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """From where to where (exclusive) the frames are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _faded(gain: Floats) -> Floats:
    padded = np.pad(gain, _FADE, mode="edge")
    faded: Floats = np.convolve(padded, np.full(2 * _FADE + 1, 1 / (2 * _FADE + 1)), mode="valid")
    return faded
