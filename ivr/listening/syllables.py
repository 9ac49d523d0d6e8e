"""Count syllables as they are spoken, from the energy of the vowel band.

A syllable nucleus is a rise of the envelope out of a valley (after de Jong and
Wempe, "Praat script to detect syllable nuclei", 2009), here online and between
300 and 1,000 Hz, where vowels have their energy and hissing consonants have
none. On 408 real two-syllable Mandarin words (34 speakers, 8 kHz) it counts two
in 69%, one in 6%, more in 25%: right enough to tell 嗯 from 不对.
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
RANGE_DB = 20.0  # what is so much softer than the syllables before it is none
FORGET_DB = 0.1  # a step: 10 dB a second
BREATH_STEPS = 25  # 250 ms: a syllable may begin with a breath or hum this long ...
BREATH_DB = 12.0  # ... and this much softer than its vowel
_BAND = butter(2, VOWEL_BAND_HZ, btype="bandpass", fs=SAMPLE_RATE, output="sos")


class SyllableCounter:
    """Feed every frame; the answers add up to the number of syllables that have begun."""

    def __init__(self) -> None:
        self._memory = np.zeros((_BAND.shape[0], 2))
        self._last_powers = [0.0, 0.0]
        self._valley = 0.0
        self._peak = SILENCE_DBFS
        self._loudest = SILENCE_DBFS
        self._rising = True  # waiting for a rise; else for the fall after a nucleus
        self._since = NUCLEI_APART_STEPS

    def feed(self, frame: bytes, *, softest: float, counting: bool = True) -> int:
        """How many syllables begin in this frame: 0, 1 or 2.

        `softest`: level in dBFS below which nothing is a syllable. With `counting`
        False (not the caller's voice) the envelope is followed and nothing counted.
        """
        band, self._memory = sosfilt(_BAND, samples(frame), zi=self._memory)
        change = 0
        for start in range(0, len(band), STEP_SAMPLES):
            step = band[start : start + STEP_SAMPLES]
            change += self._step(float(step @ step) / len(step), softest, counting)
        return change

    def _step(self, power: float, softest: float, counting: bool) -> int:
        older, old = self._last_powers
        level = power_to_dbfs(0.25 * older + 0.5 * old + 0.25 * power)
        self._last_powers = [old, power]
        self._since += 1
        self._loudest -= FORGET_DB
        if not self._rising:
            self._peak = max(self._peak, level)
            self._loudest = max(self._loudest, level)
            if level <= self._peak - RISE_DB:
                self._rising, self._valley = True, level
            return 0
        self._valley = min(self._valley, level)
        begins = level >= max(softest, self._valley + RISE_DB, self._loudest - RANGE_DB)
        if not (counting and begins and self._since >= NUCLEI_APART_STEPS):
            return 0
        only_a_breath = self._since < BREATH_STEPS and level > self._peak + BREATH_DB
        self._rising, self._peak, self._since = False, level, 0
        return 0 if only_a_breath else 1
