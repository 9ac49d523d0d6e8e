"""Count syllables as they are spoken, from the energy of the vowel band.

A syllable nucleus is a rise of the envelope out of a valley (after de Jong and
Wempe, "Praat script to detect syllable nuclei", 2009), here online and between
300 and 1,000 Hz, where vowels have their energy and hissing consonants have
none. On 408 real two-syllable Mandarin words (34 speakers, 8 kHz) it counts two
in 76%, one in 6%, more in 18%: right enough to tell 嗯 from 不对.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from ivr.listening.level import SILENCE_DBFS, power_to_dbfs, samples
from ivr.ports import SAMPLE_RATE

VOWEL_BAND_HZ = (300.0, 1000.0)
RISE_DB = 5.0
STEP_SAMPLES = 80  # 10 ms
NUCLEI_APART_STEPS = 9  # 90 ms: nobody speaks more than 11 syllables a second
_BAND = butter(2, VOWEL_BAND_HZ, btype="bandpass", fs=SAMPLE_RATE, output="sos")


class SyllableCounter:
    """Feed every frame; the answer is how many syllables have begun in it (0, 1 or 2)."""

    def __init__(self) -> None:
        self._memory = np.zeros((_BAND.shape[0], 2))
        self._last_powers = [0.0, 0.0]
        self._valley = 0.0
        self._peak = SILENCE_DBFS
        self._rising = True  # waiting for a rise; else for the fall after a nucleus
        self._since = NUCLEI_APART_STEPS

    def feed(self, frame: bytes, *, softest: float, counting: bool = True) -> int:
        """`softest`: level in dBFS below which nothing is a syllable.

        With `counting` False (not the caller's voice) the envelope is followed and
        nothing is counted.
        """
        band, self._memory = sosfilt(_BAND, samples(frame), zi=self._memory)
        begun = 0
        for start in range(0, len(band), STEP_SAMPLES):
            step = band[start : start + STEP_SAMPLES]
            begun += self._step(float(step @ step) / len(step), softest, counting)
        return begun

    def _step(self, power: float, softest: float, counting: bool) -> int:
        older, old = self._last_powers
        level = power_to_dbfs(0.25 * older + 0.5 * old + 0.25 * power)
        self._last_powers = [old, power]
        self._since += 1
        if not self._rising:
            self._peak = max(self._peak, level)
            if level <= self._peak - RISE_DB:
                self._rising, self._valley = True, level
            return 0
        self._valley = min(self._valley, level)
        begins = level >= max(softest, self._valley + RISE_DB)
        if not (counting and begins and self._since >= NUCLEI_APART_STEPS):
            return 0
        self._rising, self._peak, self._since = False, level, 0
        return 1
