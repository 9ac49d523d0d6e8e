"""What a telephone line does to speech: pure functions of (8 kHz s16le PCM, seed) -> PCM.

Every condition puts 0.4 s of the line's own noise before and after, which a recogniser and
an endpointer meet on any call, and gives whole frames of 20 ms. Speech comes in at about
-22 dB of full scale (see `studio`); signal-to-noise ratios are meant against that speech while
it is active, not against the pauses.

    from bench.corpus.line import CONDITIONS
    heard = CONDITIONS["babble15"](speech(utterance), seed)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np
from scipy import signal

from bench.corpus.background import talkers
from ivr.caller.alaw import decode, encode
from ivr.caller.sound_level import Signal, active_rms, from_pcm, to_pcm
from ivr.ports import FRAME_BYTES, SAMPLE_RATE
from ivr.voices.stretch import stretch

Condition = Callable[[bytes, int], bytes]

MARGIN_SECONDS = 0.4
LOW_HZ, HIGH_HZ = 300.0, 3400.0  # ITU-T G.712
NOISE = 10 ** (-62 / 20)  # idle line, 40 dB under the speech
QUIET_NOISE = 10 ** (-75 / 20)
SLOW = 0.8
QUIET_DB = -20.0
LOSS = 0.03
TALKERS = 6


def plain(pcm: bytes, seed: int) -> bytes:
    """The whole band of 0 to 4 kHz, nearly without noise."""
    return to_pcm(_noisy(_placed(from_pcm(pcm)), QUIET_NOISE, seed))


def tel(pcm: bytes, seed: int) -> bytes:
    """300 to 3,400 Hz, line noise, G.711 A-law."""
    return _through_line(_placed(from_pcm(pcm)), seed)


def with_babble(pcm: bytes, seed: int, snr_db: float, voices: Sequence[bytes]) -> bytes:
    """`tel` with several other people talking all the time, `snr_db` under the active speech.

    Raises ValueError when there are no voices.
    """
    speech = from_pcm(pcm)
    placed = _placed(speech)
    around = babble(voices, len(placed), seed)
    around *= active_rms(speech) * 10 ** (-snr_db / 20) / np.sqrt((around**2).mean())
    return _through_line(placed + around, seed)


def babble15(pcm: bytes, seed: int) -> bytes:
    """Raises SpeechMissing until the background speech is synthesised."""
    return with_babble(pcm, seed, 15.0, talkers())


def babble8(pcm: bytes, seed: int) -> bytes:
    """Raises SpeechMissing until the background speech is synthesised."""
    return with_babble(pcm, seed, 8.0, talkers())


def slow_quiet(pcm: bytes, seed: int) -> bytes:
    """Slowly and from far away: a fifth slower and 20 dB softer, the line noise as ever."""
    return _through_line(_placed(from_pcm(stretch(pcm, SLOW)) * 10 ** (QUIET_DB / 20)), seed)


def loss3(pcm: bytes, seed: int) -> bytes:
    """`tel` with 3% of the frames lost, each for itself, and silence in their place."""
    heard = tel(pcm, seed)
    lost = np.random.default_rng((seed, 3)).random(len(heard) // FRAME_BYTES) < LOSS
    frames = np.frombuffer(heard, "<i2").reshape(-1, FRAME_BYTES // 2).copy()
    frames[lost] = 0
    return frames.astype("<i2").tobytes()


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "plain": plain,
        "tel": tel,
        "babble15": babble15,
        "babble8": babble8,
        "slow_quiet": slow_quiet,
        "loss3": loss3,
    }
)


def babble(voices: Sequence[bytes], length: int, seed: int) -> Signal:
    """`length` samples of TALKERS people talking at once, each at the same level.

    Raises ValueError when there are no voices.
    """
    if not voices:
        raise ValueError("babble needs voices")
    chance = np.random.default_rng((seed, 1))
    around = np.zeros(length)
    for _ in range(TALKERS):
        start = int(chance.integers(SAMPLE_RATE))  # in the middle of a sentence
        talk = np.zeros(0)
        while len(talk) < start + length:
            talk = np.concatenate((talk, from_pcm(voices[int(chance.integers(len(voices)))])))
        around += talk[start : start + length]
    return around


def _placed(speech: Signal) -> Signal:
    """`speech` between two margins, in whole frames."""
    margin = int(MARGIN_SECONDS * SAMPLE_RATE)
    return np.pad(speech, (margin, margin + -len(speech) % (FRAME_BYTES // 2)))


def _noisy(samples: Signal, level: float, seed: int) -> Signal:
    noise = np.random.default_rng((seed, 2)).standard_normal(len(samples))
    return np.asarray(samples + noise * level)


def _through_line(samples: Signal, seed: int) -> bytes:
    banded = signal.fftconvolve(_noisy(samples, NOISE, seed), _band_filter(), mode="same")
    return decode(encode(to_pcm(banded)))


@cache
def _band_filter() -> Signal:
    length, beta = signal.kaiserord(60.0, 150.0 / (SAMPLE_RATE / 2))
    taps = signal.firwin(
        length | 1, (LOW_HZ, HIGH_HZ), pass_zero=False, window=("kaiser", beta), fs=SAMPLE_RATE
    )
    return np.asarray(taps, dtype=np.float64)
