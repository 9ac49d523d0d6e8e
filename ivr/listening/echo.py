"""Tell our own prompt, come back as an echo on the caller's leg, from the caller's voice.

A telephone line returns what it is sent 15 to 40 dB softer, after a delay and
with a loss that stay the same for the whole call. So a frame is echo when the
last 160 ms of the caller's leg correlate with what was played up to half a
second before; once delay and loss are known, a faint correlation at that delay
is enough, unless the frame is louder than the line's usual echo, which makes it
the caller over the echo. A voice of its own does not correlate, however soft.

Measured on real speech (34 speakers, A-law): median correlation 0.73 for an
echo of -20 dB, 0.58 for -30 dB, 0.13 for another voice. With barge_in, in 33
prompts each (10 minutes) of echo of -15, -20, -25 and -30 dB: 0, 0, 0 and 2
false interruptions. Of 99 two-syllable words spoken over an echo of -43 dBFS, 98
interrupted at -20 dBFS, 90 at -30, 62 at -40; on a line without echo 98 or more.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass

import numpy as np

from ivr.listening.level import power_to_dbfs, samples
from ivr.ports import FRAME_BYTES, SILENCE

WINDOW_FRAMES = 8  # 160 ms of the caller's leg
LONGEST_DELAY_FRAMES = 25  # 500 ms
UNKNOWN_DELAY_CORRELATION = 0.36
KNOWN_DELAY_CORRELATION = 0.1
SURE_CORRELATION = 0.5
SAME_DELAY_SAMPLES = 16
DELAY_SIGHTINGS = 2  # of the last DELAYS_REMEMBERED, at least 160 ms apart
DELAYS_REMEMBERED = 5
SOFTER_MARGIN_DB = 3.0
LOUDER_THAN_USUAL_DB = 8.0  # above the line's usual echo it is the caller, over the echo
ECHO_LOSS_DB = 6.0  # less loss than this is no echo: the line would howl
_QUIET_POWER = 1e-6  # -60 dBFS: nothing was played
Wave = np.ndarray[tuple[int], np.dtype[np.float64]]
_FRAME_SAMPLES = FRAME_BYTES // 2
_SHORT_FRAMES = 2
_SHORT = _SHORT_FRAMES * _FRAME_SAMPLES
_WINDOW = WINDOW_FRAMES * _FRAME_SAMPLES
_PLAYED = _WINDOW + LONGEST_DELAY_FRAMES * _FRAME_SAMPLES
_FFT = 1 << (_PLAYED + _WINDOW - 1).bit_length()


class EchoDetector:
    """One line. Every frame sent goes through `played`, every frame received through `heard`."""

    def __init__(self) -> None:
        self._played = deque([SILENCE] * (_PLAYED // _FRAME_SAMPLES), _PLAYED // _FRAME_SAMPLES)
        self._heard = deque([SILENCE] * WINDOW_FRAMES, WINDOW_FRAMES)
        self._number = 0
        self._last_sure = -WINDOW_FRAMES
        self._sure: deque[tuple[int, float]] = deque(maxlen=DELAYS_REMEMBERED)  # delay, gain
        self._delay: int | None = None

    @property
    def delay_samples(self) -> int | None:
        """The line's echo delay, once it has been seen DELAY_SIGHTINGS times."""
        return self._delay

    def played(self, frame: bytes) -> None:
        """A frame that was sent to the caller, silence included."""
        self._played.append(frame)

    def heard(self, frame: bytes) -> None:
        """A frame that came from the caller."""
        self._number += 1
        self._heard.append(frame)

    def is_echo(self) -> bool:
        """Whether the frame heard last is an echo of what was played (about 0.3 ms of work)."""
        played = samples(b"".join(self._played))
        loudest = float((played.reshape(-1, _FRAME_SAMPLES) ** 2).mean(axis=1).max())
        if loudest < _QUIET_POWER:
            return False
        now = samples(self._heard[-1])
        if power_to_dbfs(float(now @ now) / now.size) > power_to_dbfs(loudest) - ECHO_LOSS_DB:
            return False
        match = _match(samples(b"".join(self._heard)), played)
        best = int(match.correlation.argmax())
        if match.correlation[best] >= SURE_CORRELATION:
            self._learn(best, match.gain_db(best))
            return True
        if self._delay is None:
            return bool(match.correlation[best] >= UNKNOWN_DELAY_CORRELATION)
        return self._softer_than_usual(played) or self._faint_but_there(match, self._delay)

    def _faint_but_there(self, match: _Match, delay: int) -> bool:
        first = max(0, delay - SAME_DELAY_SAMPLES)
        near = match.correlation[first : delay + SAME_DELAY_SAMPLES + 1]
        gain = match.gain_db(first + int(near.argmax()))
        faint = float(near.max()) >= KNOWN_DELAY_CORRELATION
        return faint and gain <= self._usual_gain() + LOUDER_THAN_USUAL_DB

    def _softer_than_usual(self, played: Wave) -> bool:
        """Whether the last 40 ms are no louder than the echo that must be there now.

        A voice softer than that is beyond hearing; a window that still holds the
        caller's last word would take the echo after it for more of the same.
        """
        assert self._delay is not None
        end = len(played) - self._delay
        then = np.diff(played[max(0, end - _SHORT - SAME_DELAY_SAMPLES) : end])
        now = np.diff(samples(b"".join(list(self._heard)[-_SHORT_FRAMES:])))
        expected = float(then @ then) * 10 ** (self._usual_gain() / 10)
        return float(now @ now) <= expected * 10 ** (SOFTER_MARGIN_DB / 10)

    def _usual_gain(self) -> float:
        return statistics.median(gain for _, gain in self._sure)

    def _learn(self, delay: int, gain_db: float) -> None:
        """Windows that overlap are one observation: an accident lasts as long as its window."""
        if self._number - self._last_sure < WINDOW_FRAMES:
            return
        self._last_sure = self._number
        self._sure.append((delay, gain_db))
        middle = statistics.median_low(seen for seen, _ in self._sure)
        agreeing = sum(abs(seen - middle) <= SAME_DELAY_SAMPLES for seen, _ in self._sure)
        self._delay = middle if agreeing >= DELAY_SIGHTINGS else None


@dataclass(frozen=True, slots=True)
class _Match:
    """By delay in samples: correlation (0 to 1) and the energy of what was played then."""

    correlation: Wave
    played_energy: Wave
    heard_energy: float

    def gain_db(self, delay: int) -> float:
        """How much louder than what was played `delay` samples ago."""
        ratio = max(self.heard_energy, 1e-12) / float(self.played_energy[delay])
        return 10.0 * math.log10(ratio)


def _match(heard: Wave, played: Wave) -> _Match:
    """Normalised cross-correlation of `heard` with `played`, both ending now.

    First differences flatten the spectrum of speech, so that two voices of the
    same pitch do not match.
    """
    heard = np.diff(heard, prepend=heard[0])
    played = np.diff(played, prepend=played[0])
    spectrum = np.fft.rfft(played, _FFT) * np.conj(np.fft.rfft(heard, _FFT))
    product = np.fft.irfft(spectrum, _FFT)[: _PLAYED - _WINDOW + 1]
    energy = np.concatenate([[0.0], np.cumsum(played**2)])
    segments = np.maximum(energy[_WINDOW:] - energy[:-_WINDOW], 1e-12)
    heard_energy = float(heard @ heard)
    correlation = np.abs(product) / np.sqrt(segments * max(heard_energy, 1e-12))
    return _Match(np.asarray(correlation[::-1]), np.asarray(segments[::-1]), heard_energy)
