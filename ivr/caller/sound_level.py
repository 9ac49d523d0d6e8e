"""Level and silence of 8 kHz speech. Samples are floats, full scale 1.0; levels are RMS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.ports import SAMPLE_RATE

Signal = NDArray[np.float64]

BLOCK = SAMPLE_RATE // 100
_ACTIVE_DB = 20.0  # a block this far under the loud ones is a pause
_SOUND_DB = 40.0  # ... and this far under them is silence


def from_pcm(pcm: bytes) -> Signal:
    """s16le -> samples. Raises ValueError for half a sample."""
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32768


def to_pcm(samples: Signal) -> bytes:
    """Samples -> s16le; what is over full scale is clipped."""
    return (samples * 32768).round().clip(-32768, 32767).astype("<i2").tobytes()


def active_rms(samples: Signal) -> float:
    """RMS of the blocks of 10 ms within 20 dB of the loud ones; 0.0 for nothing."""
    rms = _block_rms(samples)
    if len(rms) == 0 or rms.max() == 0:
        return 0.0
    active = rms[rms >= np.percentile(rms, 95) * 10 ** (-_ACTIVE_DB / 20)]
    return float(np.sqrt((active**2).mean()))


def at_level(samples: Signal, rms: float) -> Signal:
    """`samples` scaled to an active level of `rms`; silence stays silence."""
    level = active_rms(samples)
    return samples * (rms / level) if level else samples


def trimmed(samples: Signal, margin: float) -> Signal:
    """`samples` with at most `margin` seconds of silence at either end."""
    first, last = _sounding(samples)
    spare = int(margin * SAMPLE_RATE)
    return samples[max(0, first - spare) : last + spare] if last else samples[:0]


def sounding(samples: Signal) -> tuple[float, float]:
    """From when to when there is sound, in seconds; (0, 0) where there is none."""
    first, last = _sounding(samples)
    return first / SAMPLE_RATE, last / SAMPLE_RATE


def _sounding(samples: Signal) -> tuple[int, int]:
    rms = _block_rms(samples)
    if len(rms) == 0 or rms.max() == 0:
        return 0, 0
    sound = np.flatnonzero(rms >= np.percentile(rms, 95) * 10 ** (-_SOUND_DB / 20))
    return int(sound[0]) * BLOCK, (int(sound[-1]) + 1) * BLOCK


def _block_rms(samples: Signal) -> Signal:
    whole = len(samples) // BLOCK * BLOCK
    return np.asarray(np.sqrt((samples[:whole].reshape(-1, BLOCK) ** 2).mean(axis=1)))
