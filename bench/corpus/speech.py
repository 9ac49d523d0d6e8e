"""Utterances as sound."""

from __future__ import annotations

from pathlib import Path

from bench.corpus.id_numbers import pieces
from bench.corpus.rendering import FOLDER, Rendering, kept
from bench.corpus.utterances import Utterance
from grammars.meaning import Slot
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
        return sounds[0]
    pauses = [pause for _, pause in pieces(utterance.text)]
    joined = b"".join(
        sound + bytes(2 * int(pause * SAMPLE_RATE))
        for sound, pause in zip(sounds, [*pauses[:-1], 0.0], strict=True)
    )
    return stretch(joined, utterance.speed)
