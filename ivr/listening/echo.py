"""Tell our own prompt, come back as an echo on the caller's leg, from the caller's voice.

A telephone line returns what it is sent 15 to 40 dB softer, after a delay that
stays the same for the whole call. So a frame is echo when the last 160 ms of
the caller's leg correlate with what was played up to half a second before, at
a level below what was played. A voice of its own does not correlate, however
soft it is. Measured on real speech at 8 kHz through A-law: median correlation
0.73 for an echo of -20 dB, 0.58 for -30 dB, 0.13 for another voice (95th
percentile 0.34).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from ivr.listening.level import power_to_dbfs, samples
from ivr.ports import FRAME_BYTES, SILENCE

WINDOW_FRAMES = 8  # 160 ms of the caller's leg
LONGEST_DELAY_FRAMES = 25  # 500 ms
UNKNOWN_DELAY_CORRELATION = 0.4
KNOWN_DELAY_CORRELATION = 0.2
SURE_CORRELATION = 0.5
SAME_DELAY_SAMPLES = 16
ECHO_LOSS_DB = 6.0  # less loss than this is no echo: the line would howl
_QUIET_POWER = 1e-6  # -60 dBFS: nothing was played
_FRAME_SAMPLES = FRAME_BYTES // 2
_WINDOW = WINDOW_FRAMES * _FRAME_SAMPLES
_PLAYED = _WINDOW + LONGEST_DELAY_FRAMES * _FRAME_SAMPLES
_FFT = 1 << (_PLAYED + _WINDOW - 1).bit_length()


class EchoDetector:
    """One line. Every frame sent goes through `played`, every frame received through `heard`."""

    def __init__(self) -> None:
        self._played = deque([SILENCE] * (_PLAYED // _FRAME_SAMPLES), _PLAYED // _FRAME_SAMPLES)
        self._heard = deque([SILENCE] * WINDOW_FRAMES, WINDOW_FRAMES)
        self._candidate: int | None = None
        self._delay: int | None = None

    @property
    def delay_samples(self) -> int | None:
        """The line's echo delay, once it has been seen twice."""
        return self._delay

    def played(self, frame: bytes) -> None:
        """A frame that was sent to the caller, silence included."""
        self._played.append(frame)

    def heard(self, frame: bytes) -> None:
        """A frame that came from the caller."""
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
        correlation = _correlation(samples(b"".join(self._heard)), played)
        best = int(correlation.argmax())
        if correlation[best] >= SURE_CORRELATION:
            self._learn(best)
        if correlation[best] >= UNKNOWN_DELAY_CORRELATION:
            return True
        if self._delay is None:
            return False
        near = correlation[
            max(0, self._delay - SAME_DELAY_SAMPLES) : self._delay + SAME_DELAY_SAMPLES + 1
        ]
        return float(near.max()) >= KNOWN_DELAY_CORRELATION

    def _learn(self, delay: int) -> None:
        if self._candidate is not None and abs(delay - self._candidate) <= SAME_DELAY_SAMPLES:
            self._delay = delay
        self._candidate = delay


def _correlation(
    heard: np.ndarray[tuple[int], np.dtype[np.float64]],
    played: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Normalised cross-correlation (0 to 1) of `heard` with `played`, both ending now.

    Index = delay in samples. First differences flatten the spectrum of speech,
    so that two voices of the same pitch do not match.
    """
    heard = np.diff(heard, prepend=heard[0])
    played = np.diff(played, prepend=played[0])
    spectrum = np.fft.rfft(played, _FFT) * np.conj(np.fft.rfft(heard, _FFT))
    product = np.fft.irfft(spectrum, _FFT)[: _PLAYED - _WINDOW + 1]
    energy = np.concatenate([[0.0], np.cumsum(played**2)])
    segments = np.maximum(energy[_WINDOW:] - energy[:-_WINDOW], 1e-12)
    scale = np.sqrt(segments * max(float(heard @ heard), 1e-12))
    return np.asarray(np.abs(product) / scale)[::-1]
