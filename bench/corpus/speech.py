"""Utterances as sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from bench.corpus.id_numbers import pieces
from bench.corpus.rendering import FOLDER, Rendering, kept
from bench.corpus.utterances import Utterance
from grammars.meaning import Slot
from ivr.caller.sound_level import to_pcm
from ivr.ports import SAMPLE_RATE
from ivr.voices.stretch import stretch


def renderings(utterance: Utterance) -> tuple[Rendering, ...]:
    """What has to be synthesised for an utterance: all of it, or the pieces of an ID number."""
    if utterance.slot is Slot.ID_NUMBER:
        return tuple(Rendering(piece, utterance.voice, 1.0) for piece, _ in pieces(utterance.text))
    return (Rendering(utterance.text, utterance.voice, utterance.speed, utterance.merges),)


def speech(utterance: Utterance, folder: Path = FOLDER) -> bytes:
    """The utterance as 8 kHz s16le PCM of the whole band. Raises SpeechMissing."""
    sounds = [kept(rendering, folder) for rendering in renderings(utterance)]
    if utterance.slot is not Slot.ID_NUMBER:
        return _by(utterance.pitch, sounds[0])
    pauses = [pause for _, pause in pieces(utterance.text)]
    joined = b"".join(
        sound + bytes(2 * int(pause * SAMPLE_RATE))
        for sound, pause in zip(sounds, [*pauses[:-1], 0.0], strict=True)
    )
    return _by(utterance.pitch, stretch(joined, utterance.speed))


def _by(pitch: float, pcm: bytes) -> bytes:
    """The same by a larger (below 1) or smaller person: the tape runs slower or faster, and the
    time that takes or gains is given back."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    percent = round(100 * pitch)
    shifted = resample_poly(samples, 100, percent)
    return stretch(to_pcm(shifted / 32768), 1 / pitch)
