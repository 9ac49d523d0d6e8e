"""The synthesiser of the test speech: the product's neural voice in any style and accent."""

from __future__ import annotations

import os
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import resample_poly

from bench.corpus.accent import accented
from bench.corpus.rendering import FOLDER, Rendering
from ivr.audio_file import write_speech
from ivr.caller.sound_level import at_level, to_pcm, trimmed
from ivr.ports import SAMPLE_RATE
from ivr.voices.kokoro import RATE, KokoroModel
from ivr.voices.lexicon import load_lexicon
from ivr.voices.mandarin_reading import MandarinReading

LEVEL = 10 ** (-22 / 20)  # of a caller at his telephone, full scale = 1

_MARGIN_SECONDS = 0.05


class Studio:
    """The model in memory (about 500 MB), on one thread. Raises VoiceError."""

    def __init__(self) -> None:
        self._model = KokoroModel(threads=1)
        self._reading = MandarinReading(load_lexicon())

    def render(self, rendering: Rendering, folder: Path = FOLDER) -> None:
        """Synthesise and keep it; the file is there whole or not at all."""
        file = folder / rendering.file
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}")
        write_speech(unfinished, self.speak(rendering))
        unfinished.replace(file)

    def speak(self, rendering: Rendering) -> bytes:
        """8 kHz s16le PCM of the whole band, trimmed, at LEVEL."""
        reading = accented(self._reading.read(rendering.text), rendering.merges)
        sound = list(self._model.speak(reading, rendering.voice, rendering.speed))
        return plain_pcm(np.concatenate(sound), RATE)


def plain_pcm(samples: ArrayLike, rate: int) -> bytes:
    """`samples` (mono, at `rate` Hz) as 8 kHz s16le PCM of the whole band, trimmed, at LEVEL."""
    shared = gcd(SAMPLE_RATE, rate)
    narrowed = resample_poly(np.asarray(samples, float), SAMPLE_RATE // shared, rate // shared)
    return to_pcm(at_level(trimmed(narrowed, _MARGIN_SECONDS), LEVEL))
