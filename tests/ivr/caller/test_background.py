import numpy as np
import pytest

from ivr.caller.background import Background, background, background_data, mixed
from ivr.caller.sound_level import from_pcm, to_pcm
from ivr.ports import SAMPLE_RATE

TONE = to_pcm(0.2 * np.sin(2 * np.pi * 500 * np.arange(SAMPLE_RATE) / SAMPLE_RATE))
TALK = {Background.BABBLE: [TONE, TONE[:8000]], Background.TELEVISION: [TONE]}


@pytest.mark.parametrize("kind", Background)
def test_every_background_has_its_length_and_level_and_is_repeatable(kind: Background) -> None:
    sound = background(kind, 3 * SAMPLE_RATE, 7, TALK)
    assert len(sound) == 3 * SAMPLE_RATE
    assert float(np.sqrt((sound**2).mean())) == pytest.approx(1.0)
    assert np.array_equal(sound, background(kind, 3 * SAMPLE_RATE, 7, TALK))


def test_another_seed_is_another_sound() -> None:
    one, other = (background(Background.STREET, 8000, seed, {}) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_noise_lies_as_far_under_the_speech_as_it_was_asked_to() -> None:
    heard = from_pcm(mixed(TONE, Background.LINE, 20.0, 1, {}))
    noise = heard - from_pcm(TONE)
    rms = [float(np.sqrt((sound**2).mean())) for sound in (from_pcm(TONE), noise)]
    assert 20 * np.log10(rms[0] / rms[1]) == pytest.approx(20.0, abs=0.3)


def test_nobody_speaks_on_a_hissing_line_or_in_the_street() -> None:
    assert background_data().spoken(Background.LINE) == ()
    assert background_data().spoken(Background.STREET) == ()
    voices = {voice for voice, _ in background_data().spoken(Background.BABBLE)}
    assert len(voices) > 2
