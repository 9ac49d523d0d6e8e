"""Utterances as sound: synthesised once, kept as WAV files under var/bench/speech.

8 kHz, 16-bit, mono, the whole band of 0 to 4 kHz: what a line does to it is `line`'s
affair. A file is named after everything that makes its sound, so nothing goes stale.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import gcd
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from bench.corpus.accent import accented
from bench.corpus.id_numbers import pieces
from bench.corpus.level import Signal, at_level, to_pcm, trimmed
from bench.corpus.utterances import Utterance
from grammars.meaning import Slot
from ivr.audio_file import read_speech, write_speech
from ivr.ports import SAMPLE_RATE
from ivr.voices.kokoro import RATE, KokoroModel
from ivr.voices.lexicon import load_lexicon
from ivr.voices.mandarin_reading import MandarinReading
from ivr.voices.stretch import stretch

FOLDER = Path(__file__).resolve().parents[2] / "var" / "bench" / "speech"
LEVEL = 10 ** (-22 / 20)  # of a caller at his telephone, full scale = 1

_MARGIN_SECONDS = 0.05
_VERSION = 1  # raise it when the same rendering sounds otherwise


class SpeechMissing(LookupError):
    """What was asked for has not been synthesised yet; the message names the command."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What is synthesised in one go, and everything its sound depends on."""

    text: str
    voice: str
    speed: float
    merges: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        key = (_VERSION, self.text, self.voice, f"{self.speed:.2f}", *sorted(self.merges))
        name = sha256("\x1f".join(map(str, key)).encode()).hexdigest()[:24]
        return Path(name[:2]) / f"{name}.wav"


def renderings(utterance: Utterance) -> tuple[Rendering, ...]:
    """What has to be synthesised for an utterance: all of it, or the pieces of an ID number."""
    if utterance.slot is Slot.ID_NUMBER:
        return tuple(Rendering(piece, utterance.voice, 1.0) for piece, _ in pieces(utterance.text))
    return (Rendering(utterance.text, utterance.voice, utterance.speed, utterance.merges),)


def speech(utterance: Utterance, folder: Path = FOLDER) -> bytes:
    """The utterance as 8 kHz s16le PCM. Raises SpeechMissing."""
    sounds = [_kept(rendering, folder) for rendering in renderings(utterance)]
    if utterance.slot is not Slot.ID_NUMBER:
        return sounds[0]
    joined = b""
    for sound, (_, pause) in zip(sounds, pieces(utterance.text), strict=True):
        joined += sound + bytes(2 * int(pause * SAMPLE_RATE))
    return stretch(joined, utterance.speed)


def missing(wanted: Iterable[Utterance], folder: Path = FOLDER) -> list[Rendering]:
    """What is still to be synthesised for `wanted`, each once, in their order."""
    needed = dict.fromkeys(each for utterance in wanted for each in renderings(utterance))
    return [rendering for rendering in needed if not (folder / rendering.file).exists()]


class Studio:
    """The synthesiser in memory (about 500 MB), on one thread. Raises VoiceError."""

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
        """8 kHz s16le PCM, trimmed, at LEVEL."""
        reading = accented(self._reading.read(rendering.text), rendering.merges)
        sound = list(self._model.speak(reading, rendering.voice, rendering.speed))
        return plain_pcm(np.concatenate(sound), RATE)


def plain_pcm(samples: Sequence[float] | Signal, rate: int) -> bytes:
    """`samples` (mono, at `rate` Hz) as 8 kHz s16le PCM of the whole band, at LEVEL."""
    shared = gcd(SAMPLE_RATE, rate)
    narrowed = resample_poly(np.asarray(samples, float), SAMPLE_RATE // shared, rate // shared)
    return to_pcm(at_level(trimmed(narrowed, _MARGIN_SECONDS), LEVEL))


def _kept(rendering: Rendering, folder: Path) -> bytes:
    file = folder / rendering.file
    if not file.exists():
        raise SpeechMissing(
            f"{rendering.text!r} by {rendering.voice} is not synthesised: "
            "run `python -m bench.corpus make`"
        )
    return read_speech(file)
