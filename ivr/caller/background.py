"""What is heard behind the caller: a hissing line, the street, other people, a television.

Hiss and street are made from nothing; people and the television are the sentences of
data/background.yaml in voices that are neither the agent's nor the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.random import Generator
from pydantic import BaseModel, ConfigDict, Field
from scipy import signal

from datafiles import load_yaml
from ivr.caller.sound_level import Signal, active_rms, from_pcm, to_pcm
from ivr.ports import SAMPLE_RATE
from ivr.voices.stretch import FASTEST, SLOWEST

_FILE = Path(__file__).parent / "data" / "background.yaml"
_TALKERS = 6  # people of a babble

Text = Annotated[str, Field(min_length=1)]


class Background(StrEnum):
    LINE = "line"
    STREET = "street"
    BABBLE = "babble"
    TELEVISION = "television"


class BackgroundData(BaseModel):
    """`talkers` are voices, in turn; `babble` and `television` what they say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    talkers: tuple[Text, ...] = Field(min_length=1)
    speed: float = Field(ge=SLOWEST, le=FASTEST)
    babble: tuple[Text, ...] = Field(min_length=1)
    television: tuple[Text, ...] = Field(min_length=1)

    def spoken(self, kind: Background) -> tuple[tuple[str, str], ...]:
        """(voice, sentence) of all that is heard in `kind`; none where nobody speaks."""
        texts = {Background.BABBLE: self.babble, Background.TELEVISION: self.television}
        said = texts.get(kind, ())
        return tuple((self.talkers[n % len(self.talkers)], text) for n, text in enumerate(said))


@cache
def background_data() -> BackgroundData:
    """Raises DataFileError (file, line, field)."""
    return load_yaml(_FILE, BackgroundData)


Talk = Mapping[Background, Sequence[bytes]]
"""What is spoken in each kind, as 8 kHz s16le PCM; kinds in which nobody speaks may lack."""


def background(kind: Background, count: int, seed: int, talk: Talk) -> Signal:
    """`count` samples at 8 kHz with an RMS of 1, the same for the same arguments.

    Raises KeyError for a kind whose speech `talk` lacks.
    """
    chance = np.random.default_rng((seed, count))
    match kind:
        case Background.LINE:
            sound = chance.standard_normal(count)
        case Background.STREET:
            sound = _street(chance, count)
        case Background.BABBLE:
            voices = [_endless(chance, talk[kind], count) for _ in range(_TALKERS)]
            sound = np.sum(voices, axis=0)
        case Background.TELEVISION:
            sound = _endless(chance, talk[kind], count)
    return np.asarray(sound / max(float(np.sqrt((sound**2).mean())), 1e-9))


def mixed(speech: bytes, kind: Background, snr_db: float, seed: int, talk: Talk) -> bytes:
    """`speech` (8 kHz s16le) with `kind` behind all of it, `snr_db` under it where it is active."""
    samples = from_pcm(speech)
    around = background(kind, len(samples), seed, talk)
    return to_pcm(samples + around * active_rms(samples) * 10 ** (-snr_db / 20))


def _street(chance: Generator, count: int) -> Signal:
    """The rumble of a road, cars that pass every few seconds, now and then a horn."""
    rumble = _banded(chance.standard_normal(count), 120, 500)
    sound = rumble / max(float(np.abs(rumble).max()), 1e-9)
    time = np.arange(count) / SAMPLE_RATE
    at = chance.uniform(0, 2)
    while at < count / SAMPLE_RATE:
        width = chance.uniform(0.5, 1.2)
        passing = _banded(chance.standard_normal(count), 300, 2000)
        sound = sound + chance.uniform(0.5, 1.5) * passing * np.exp(-(((time - at) / width) ** 2))
        if chance.random() < 0.3:
            horn = np.sin(2 * np.pi * 420 * time) + np.sin(2 * np.pi * 520 * time)
            sound = sound + 0.4 * horn * ((time > at) & (time < at + 0.3))
        at += chance.uniform(2.0, 5.0)
    return np.asarray(sound)


def _banded(samples: Signal, low: float, high: float) -> Signal:
    taps = signal.butter(2, (low, high), btype="bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(signal.sosfilt(taps, samples))


def _endless(chance: Generator, talk: Sequence[bytes], count: int) -> Signal:
    """One speaker after another without a pause, from the middle of a sentence on."""
    skip = int(chance.integers(SAMPLE_RATE))
    parts: list[Signal] = []
    while sum(map(len, parts)) < skip + count:
        parts.append(from_pcm(talk[int(chance.integers(len(talk)))]))
    return np.concatenate(parts)[skip : skip + count]
