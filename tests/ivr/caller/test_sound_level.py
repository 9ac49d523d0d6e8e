from __future__ import annotations

import numpy as np
import pytest

from ivr.caller.sound_level import active_rms, at_level, from_pcm, to_pcm, trimmed


def tone(seconds: float, peak: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return peak * np.sin(2 * np.pi * 400 * np.arange(int(8000 * seconds)) / 8000)


def test_pauses_do_not_lower_the_active_level() -> None:
    speech = np.concatenate((tone(0.5, 0.2), np.zeros(8000), tone(0.5, 0.2)))
    assert active_rms(speech) == pytest.approx(0.2 / 2**0.5, rel=0.01)


def test_a_level_can_be_set_and_silence_stays_silence() -> None:
    assert active_rms(at_level(tone(0.5, 0.7), 0.05)) == pytest.approx(0.05)
    assert not at_level(np.zeros(800), 0.05).any()
    assert active_rms(np.zeros(0)) == 0


def test_silence_is_trimmed_to_the_margin() -> None:
    speech = np.concatenate((np.zeros(4000), tone(0.5, 0.2), np.zeros(4000)))
    assert len(trimmed(speech, 0.05)) == pytest.approx(4000 + 2 * 400, abs=160)
    assert len(trimmed(np.zeros(4000), 0.05)) == 0


def test_samples_become_pcm_and_come_back_and_too_loud_ones_are_clipped() -> None:
    pcm = to_pcm(tone(0.1, 0.5))
    assert to_pcm(from_pcm(pcm)) == pcm
    assert from_pcm(to_pcm(np.array([2.0, -2.0]))).tolist() == [32767 / 32768, -1.0]
