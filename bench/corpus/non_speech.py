"""Clips in which nobody answers: whatever is understood in one of them is a false accept.

    from bench.corpus.non_speech import clips
    for clip in clips("test"):
        heard = CONDITIONS["tel"](clip.pcm, number(clip.id))

Television and echo need the background speech: `python -m bench.corpus make`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.random import Generator
from scipy import signal

from bench.corpus import sounds
from bench.corpus.background import background_data, everyday, prompts
from bench.corpus.chance import number
from bench.corpus.foreign import foreign_speech
from bench.corpus.line import NOISE
from bench.corpus.rendering import Rendering, kept
from bench.corpus.utterances import Split
from ivr.caller.sound_level import Signal, active_rms, at_level, from_pcm, to_pcm
from ivr.ports import SAMPLE_RATE

SHORTEST, LONGEST = 1.5, 4.0  # seconds
# How many of a kind the test split has; dev has a third as many, from other seeds and sentences.
COUNTS = {
    "foreign": 110,
    "music": 80,
    "dtmf": 40,
    "line_tone": 40,
    "hum": 30,
    "noise": 60,
    "bursts": 50,
    "silence": 20,
    "television": 70,
    "echo": 50,
}
_LOUDEST_DB, _SOFTEST_DB = -18.0, -42.0
_PROMPT_DB = -20.0  # how loud we speak
_ECHO_LOSS_DB = (20.0, 30.0)


@dataclass(frozen=True, slots=True)
class Clip:
    """`pcm`: 8 kHz s16le, as it enters the line; put it through a condition of `line`."""

    id: str
    kind: str
    pcm: bytes = field(repr=False)


def clips(split: Split, kind: str | None = None) -> list[Clip]:
    """All clips of a split, or of one kind of COUNTS; always the same ones.

    Raises SpeechMissing, and NoForeignSpeech without espeak-ng.
    """
    kinds = (kind,) if kind else tuple(COUNTS)
    return [clip for each in kinds for clip in _of_kind(split, each)]


@cache
def _of_kind(split: Split, kind: str) -> tuple[Clip, ...]:
    count = COUNTS[kind] if split == "test" else -(-COUNTS[kind] // 3)
    return tuple(_clip(split, kind, place) for place in range(count))


def _clip(split: Split, kind: str, place: int) -> Clip:
    name = f"{split}-{kind}-{place:03d}"
    chance = np.random.default_rng(number("clip", name))
    return Clip(name, kind, to_pcm(_MAKERS[kind](chance, split, place)))


def _made(make: sounds.Maker) -> Callable[[Generator, Split, int], Signal]:
    def maker(chance: Generator, split: Split, place: int) -> Signal:
        return _at_some_level(chance, make(chance, chance.uniform(SHORTEST, LONGEST)))

    return maker


def _silence(chance: Generator, split: Split, place: int) -> Signal:
    """The idle line, from quieter to somewhat noisier than that of `line`."""
    seconds = chance.uniform(SHORTEST, LONGEST)
    level = NOISE * 10 ** (chance.uniform(-10, 10) / 20)
    return chance.standard_normal(int(seconds * SAMPLE_RATE)) * level


def _foreign(chance: Generator, split: Split, place: int) -> Signal:
    said = [(lang, text) for lang, texts in background_data().foreign.items() for text in texts]
    own = [one for at, one in enumerate(said) if (at % 4 == 3) == (split == "dev")]
    language, text = own[place % len(own)]
    pitch, rate = int(chance.integers(20, 80)), int(chance.integers(130, 190))
    pcm = foreign_speech(language, text, pitch=pitch, rate=rate)
    return _at_some_level(chance, _window(chance, from_pcm(pcm)))


def _television(chance: Generator, split: Split, place: int) -> Signal:
    """One to three people of other things, mostly over one another, mostly with music."""
    talk = everyday(split)
    speakers = int(chance.integers(1, 4))
    seconds = chance.uniform(2.0, LONGEST)
    count = int(seconds * SAMPLE_RATE)
    sound = np.zeros(count)
    for _ in range(speakers):
        voice = _fitted(chance, _spoken(talk[int(chance.integers(len(talk)))]), count)
        sound += voice * 10 ** (chance.uniform(-6, 0) / 20)
    if speakers == 1 or chance.random() < 0.7:
        around = sounds.music(chance, seconds)
        below = 10 ** (chance.uniform(-15, 0) / 20)
        sound += _fitted(chance, at_level(around, active_rms(sound) * below), count)
    return _at_some_level(chance, _loudspeaker(chance, sound))


def _echo(chance: Generator, split: Split, place: int) -> Signal:
    """Our own prompt out of the caller's loudspeaker and into his microphone again."""
    said = prompts(split)
    first = int(chance.integers(len(said)))
    both = np.concatenate([_spoken(said[(first + n) % len(said)]) for n in (0, 1)])
    heard = _loudspeaker(chance, both[: int(chance.uniform(2.0, LONGEST) * SAMPLE_RATE)])
    delay = int(chance.uniform(0.02, 0.25) * SAMPLE_RATE)
    level = 10 ** ((_PROMPT_DB - chance.uniform(*_ECHO_LOSS_DB)) / 20)
    return at_level(np.pad(heard, (delay, 0))[: int(LONGEST * SAMPLE_RATE)], level)


def _loudspeaker(chance: Generator, sound: Signal) -> Signal:
    """Low-passed and in a room with a short reverberation."""
    dull = signal.butter(2, chance.uniform(1200, 2500), fs=SAMPLE_RATE, output="sos")
    room = chance.standard_normal(int(chance.uniform(0.05, 0.2) * SAMPLE_RATE))
    room *= np.exp(-np.linspace(0, 6, len(room))) * 0.2
    room[0] = 1.0
    wet = signal.fftconvolve(signal.sosfilt(dull, sound), room)[: len(sound)]
    return np.asarray(wet)


def _at_some_level(chance: Generator, sound: Signal) -> Signal:
    peak = np.abs(sound).max()
    level = 10 ** (chance.uniform(_SOFTEST_DB, _LOUDEST_DB) / 20)
    # Bursts have a high crest: nothing is clipped.
    return np.asarray(sound * min(level / active_rms(sound), 0.99 / peak))


def _window(chance: Generator, sound: Signal) -> Signal:
    """At most LONGEST of it, from anywhere; what is too short is said again."""
    while len(sound) < SHORTEST * SAMPLE_RATE:
        sound = np.concatenate((sound, sound))
    spare = len(sound) - int(LONGEST * SAMPLE_RATE)
    start = int(chance.integers(spare)) if spare > 0 else 0
    return sound[start : start + int(LONGEST * SAMPLE_RATE)]


def _fitted(chance: Generator, sound: Signal, count: int) -> Signal:
    """`count` samples of `sound`, over again from anywhere."""
    start = int(chance.integers(max(1, len(sound) // 2)))
    return np.resize(np.roll(sound, -start), count)


def _spoken(rendering: Rendering) -> Signal:
    return from_pcm(kept(rendering))


_MAKERS: dict[str, Callable[[Generator, Split, int], Signal]] = {
    "foreign": _foreign,
    "music": _made(sounds.music),
    "dtmf": _made(sounds.dtmf),
    "line_tone": _made(sounds.line_tone),
    "hum": _made(sounds.hum),
    "noise": _made(sounds.noise),
    "bursts": _made(sounds.bursts),
    "silence": _silence,
    "television": _television,
    "echo": _echo,
}
