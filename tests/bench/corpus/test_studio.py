"""The real synthesiser, on two short words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.corpus.rendering import Rendering, kept
from bench.corpus.studio import LEVEL, Studio, plain_pcm
from ivr.caller.sound_level import active_rms, from_pcm
from ivr.ports import SAMPLE_RATE
from ivr.voices.kokoro import MODEL
from speech_models import is_present


@pytest.mark.models
@pytest.mark.skipif(not is_present(MODEL), reason="run `ivr models fetch kokoro-82m`")
def test_an_accent_is_heard_and_a_rendering_is_kept(tmp_path: Path) -> None:
    standard = Rendering("中山", "zm_yunxi", 1.1)
    accented = Rendering("中山", "zm_yunxi", 1.1, ("zh-z",))
    studio = Studio()
    for rendering in (standard, accented):
        studio.render(rendering, tmp_path)
    spoken = kept(standard, tmp_path)
    assert spoken != kept(accented, tmp_path)
    assert 0.3 < len(spoken) / 2 / SAMPLE_RATE < 1.5
    assert active_rms(from_pcm(spoken)) == pytest.approx(LEVEL, rel=0.02)
    assert sorted(file.suffix for file in tmp_path.rglob("*.*")) == [".wav", ".wav"]


def test_plain_speech_keeps_what_a_telephone_cuts_off() -> None:
    time = np.arange(24000) / 24000
    low, high = (
        active_rms(from_pcm(plain_pcm(np.sin(2 * np.pi * hertz * time), 24000)))
        for hertz in (120, 3700)
    )
    both = plain_pcm(np.sin(2 * np.pi * 120 * time) + np.sin(2 * np.pi * 3700 * time), 24000)
    spectrum = np.abs(np.fft.rfft(from_pcm(both)))
    at = [round(hertz * len(both) / 2 / SAMPLE_RATE) for hertz in (120, 3700)]
    assert low == pytest.approx(high, rel=0.1)
    assert spectrum[at[1]] == pytest.approx(spectrum[at[0]], rel=0.4)
