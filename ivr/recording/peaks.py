"""The shape of a recording, for a picture of it: the loudest sample of every piece, per channel."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.ports import SAMPLE_RATE

PIECES = 1200
_FULL = 32768.0
_BLOCK_SECONDS = 60


class RecordingError(ValueError):
    """The file is missing or no recording of ours; the message holds no path."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """`channels`: caller and agent; each has as many values from 0 to 1. `seconds`: the whole."""

    channels: tuple[tuple[float, ...], tuple[float, ...]]
    seconds: float


def peaks_of(path: Path, pieces: int = PIECES) -> Peaks:
    """Of a 16-bit stereo recording at 8 kHz. Blocking. Raises RecordingError."""
    try:
        with wave.open(str(path), "rb") as sound:
            layout = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            if layout != (2, 2, SAMPLE_RATE):
                raise RecordingError("not a stereo recording of a call")
            frames = sound.getnframes()
            loudest = np.zeros((pieces, 2), np.int32)
            done = 0
            while block := sound.readframes(_BLOCK_SECONDS * SAMPLE_RATE):
                samples = np.abs(np.frombuffer(block, "<i2").astype(np.int32).reshape(-1, 2))
                places = (done + np.arange(len(samples))) * pieces // max(frames, 1)
                np.maximum.at(loudest, np.minimum(places, pieces - 1), samples)
                done += len(samples)
    except (OSError, EOFError, wave.Error) as error:
        raise RecordingError(f"the recording cannot be read: {type(error).__name__}") from None
    caller, agent = (
        tuple(round(float(value) / _FULL, 3) for value in loudest[:, channel])
        for channel in range(2)
    )
    return Peaks((caller, agent), frames / SAMPLE_RATE)
