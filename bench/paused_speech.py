"""Speech with pauses inside a phrase: said in one breath by the neural voice, cut where it stops.

The stops are synthesised as commas, so that the melody goes on over them; the silence that
the voice makes there is taken out and any other length of silence can take its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.audio_file import read_speech, write_speech
from ivr.caller.sound_level import BLOCK, Signal, from_pcm, to_pcm
from ivr.ports import SAMPLE_RATE, Voice
from ivr.voices.choice import build_voice

Text = tuple[str, ...]
"""An utterance in pieces; the speaker stops between them."""

_SILENT_DB = -35.0  # below the loudest block
_LEAST_STOP = 10  # blocks: shorter silences are closures of stops
_LEAST_PIECE = 12
_CLEARLY_LONGER = 1.3


async def synthesise(texts: Sequence[Text], style: str, speed: float, folder: Path) -> int:
    """Make sure that `texts` lie in `folder` (which must exist), spoken; returns how many had to
    be made.

    Raises VoiceError.
    """
    missing = [text for text in texts if not _file(text, style, speed, folder, 0).exists()]
    if missing:
        voice = build_voice("kokoro", style=style, speed=speed, threads=1, workers=1)
        for text in missing:
            spoken = await _spoken(voice, text)
            for at in reversed(range(len(text))):  # the first last: it says that all are there
                write_speech(_file(text, style, speed, folder, at), to_pcm(spoken[at]))
        await voice.aclose()
    return len(missing)


def load(text: Text, style: str, speed: float, folder: Path) -> list[Signal]:
    """The pieces that `synthesise` made. Raises AudioFileError."""
    files = (_file(text, style, speed, folder, at) for at in range(len(text)))
    return [from_pcm(read_speech(file)) for file in files]


def joined(pieces: Sequence[Signal], pauses: Sequence[float], tail: float) -> tuple[bytes, float]:
    """(s16le PCM, seconds until the end of the last word): `pieces` with `pauses` (seconds)
    between them and `tail` seconds of silence behind."""
    parts: list[Signal] = []
    for piece, pause in zip(pieces, (*pauses, 0.0), strict=True):
        parts += [piece, np.zeros(round(pause * SAMPLE_RATE))]
    end = sum(map(len, parts)) / SAMPLE_RATE
    return to_pcm(np.concatenate([*parts, np.zeros(round(tail * SAMPLE_RATE))])), end


async def _spoken(voice: Voice, text: Text) -> list[Signal]:
    whole = _trimmed(from_pcm(await voice.synthesise("，".join(text))))
    pieces = _cut(whole, len(text) - 1)
    if pieces is None:  # the voice ran over a comma
        pieces = [_trimmed(from_pcm(await voice.synthesise(piece))) for piece in text]
    return pieces


def _cut(wave: Signal, stops: int) -> list[Signal] | None:
    """`wave` without its `stops` longest silences; None if it is not plain which they are."""
    runs: list[tuple[int, int]] = []
    for at, loud in enumerate(_loud(wave)):
        if not loud:
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + 1)
            else:
                runs.append((at, at + 1))
    runs.sort(key=lambda run: run[0] - run[1])
    lengths = [end - start for start, end in runs]
    if len(runs) < stops or (stops and lengths[stops - 1] < _LEAST_STOP):
        return None
    if 0 < stops < len(runs) and lengths[stops - 1] < _CLEARLY_LONGER * lengths[stops]:
        return None
    edges = [0, *(edge for run in sorted(runs[:stops]) for edge in run), len(wave) // BLOCK]
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    if any(end - start < _LEAST_PIECE for start, end in spans):
        return None
    return [wave[start * BLOCK : end * BLOCK] for start, end in spans]


def _trimmed(wave: Signal) -> Signal:
    loud = np.flatnonzero(_loud(wave))
    return wave[loud[0] * BLOCK : (loud[-1] + 1) * BLOCK]


def _loud(wave: Signal) -> NDArray[np.bool_]:
    blocks = wave[: len(wave) // BLOCK * BLOCK].reshape(-1, BLOCK)
    level = 10 * np.log10((blocks**2).mean(axis=1) + 1e-12)
    return np.asarray(level > level.max() + _SILENT_DB)


def _file(text: Text, style: str, speed: float, folder: Path, at: int) -> Path:
    key = hashlib.blake2b(f"{style}\n{speed}\n{'|'.join(text)}".encode(), digest_size=8)
    return folder / f"{key.hexdigest()}-{at}.wav"
