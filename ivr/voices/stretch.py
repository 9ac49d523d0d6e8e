"""Rate and volume of 8 kHz PCM, for the listener: pure functions, no new synthesis.

The stretching is Signalsmith Stretch (MIT, PyPI `python-stretch`): pitch stays, length
changes. It aligns its output itself, so nothing is lost at either end of a short fragment.
"""

from __future__ import annotations

import numpy as np
from python_stretch.Signalsmith import Stretch

from ivr.voices.conditioning import Samples, limit

SLOWEST = 0.7
FASTEST = 1.3

# 80 ms blocks every 20 ms instead of the library's 120 / 30: shorter blocks smear the
# ends of short fragments less. Whisper hears no difference from 40 to 120 ms (two voices,
# 20 prompts, rates 0.8 and 1.2: 2 to 9% of syllables, within the noise).
BLOCK_SAMPLES = 640
INTERVAL_SAMPLES = 160
SEED = 12320  # the same fragment stretches to the same bytes


def stretch(pcm: bytes, rate: float) -> bytes:
    """`pcm` spoken at `rate` times its speed (0.7 slow to 1.3 fast); 1.0 gives `pcm` itself.

    Raises ValueError for a rate outside that range or for half a sample.
    """
    if not SLOWEST <= rate <= FASTEST:
        raise ValueError(f"rate {rate} is outside {SLOWEST} to {FASTEST}")
    if rate == 1.0 or not pcm:
        return pcm
    samples = _samples(pcm)
    stretcher = Stretch(SEED)
    stretcher.configure(1, BLOCK_SAMPLES, INTERVAL_SAMPLES)
    stretcher.setTimeFactor(rate)
    stretched = np.asarray(stretcher.process(samples[np.newaxis, :]), dtype=np.float32)[0]
    return _pcm(stretched)


def gain(pcm: bytes, db: float) -> bytes:
    """`pcm` louder or softer by `db`, peaks bent softly; 0.0 gives `pcm` itself.

    Raises ValueError for half a sample.
    """
    if db == 0.0 or not pcm:
        return pcm
    louder = _samples(pcm) * np.float32(10 ** (db / 20))
    return _pcm(limit(louder) if db > 0 else louder)


def _samples(pcm: bytes) -> Samples:
    if len(pcm) % 2:
        raise ValueError("PCM ends in half a sample")
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768)


def _pcm(samples: Samples) -> bytes:
    return (samples * 32768.0).round().clip(-32768, 32767).astype("<i2").tobytes()
