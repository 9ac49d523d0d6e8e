from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.corpus import line
from bench.corpus.line import CONDITIONS, MARGIN_SECONDS, babble, with_babble
from ivr.caller.sound_level import active_rms, from_pcm, to_pcm
from ivr.ports import FRAME_BYTES, SAMPLE_RATE

MARGIN = int(MARGIN_SECONDS * SAMPLE_RATE)
LEVEL = 10 ** (-22 / 20)
QUIET = [name for name in CONDITIONS if not name.startswith("babble")]


def sound(seconds: float, seed: int, low: float = 300, high: float = 3400) -> bytes:
    """Noise of that band at the level of speech."""
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum[(frequency < low) | (frequency > high)] = 0
    samples = np.fft.irfft(spectrum, count)
    return to_pcm(samples * LEVEL / np.sqrt((samples**2).mean()))


SPEECH = sound(1.23, 1)
TALKERS = [sound(1.0, seed) for seed in range(2, 6)]


@pytest.fixture(autouse=True)
def _made_up_talkers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real ones are synthesised, which takes minutes."""
    monkeypatch.setattr(line, "talkers", lambda: tuple(TALKERS))


def db(ratio: float) -> float:
    return float(20 * np.log10(ratio))


def rms(samples: NDArray[np.float64]) -> float:
    return float(np.sqrt((samples**2).mean()))


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_same_seed_gives_the_same_line(name: str) -> None:
    condition = CONDITIONS[name]
    assert condition(SPEECH, 5) == condition(SPEECH, 5)
    assert condition(SPEECH, 5) != condition(SPEECH, 6)


@pytest.mark.parametrize("name", CONDITIONS)
def test_speech_stands_between_two_margins_in_whole_frames(name: str) -> None:
    heard = CONDITIONS[name](SPEECH, 5)
    spoken = len(SPEECH) // 2 / (0.8 if name == "slow_quiet" else 1)
    assert len(heard) % FRAME_BYTES == 0
    assert len(heard) // 2 == pytest.approx(spoken + 2 * MARGIN, abs=200)


@pytest.mark.parametrize("name", QUIET)
def test_the_margins_hold_the_lines_own_noise(name: str) -> None:
    before = from_pcm(CONDITIONS[name](SPEECH, 5))[: MARGIN - 200]
    assert -80 < db(rms(before)) < -58


@pytest.mark.parametrize("name", ["plain", "tel"])
def test_the_level_of_the_speech_stays(name: str) -> None:
    heard = from_pcm(CONDITIONS[name](SPEECH, 5))[MARGIN : MARGIN + len(SPEECH) // 2]
    assert db(active_rms(heard) / LEVEL) == pytest.approx(0, abs=0.5)


def test_plain_is_the_speech_itself_but_for_very_little_noise() -> None:
    heard = from_pcm(CONDITIONS["plain"](SPEECH, 5))[MARGIN : MARGIN + len(SPEECH) // 2]
    assert db(rms(heard - from_pcm(SPEECH)) / LEVEL) < -50


@pytest.mark.parametrize(("low", "high"), [(50, 200), (3600, 3950)])
def test_the_telephone_cuts_what_is_outside_its_band(low: float, high: float) -> None:
    outside = sound(1.0, 7, low, high)
    plain, tel = (from_pcm(CONDITIONS[name](outside, 5)) for name in ("plain", "tel"))
    assert rms(plain) > 30 * rms(tel)


@pytest.mark.parametrize("snr", [15.0, 8.0])
def test_babble_lies_that_far_under_the_speech(snr: float) -> None:
    heard = from_pcm(with_babble(SPEECH, 5, snr, TALKERS))
    before = heard[: MARGIN - 100]  # babble alone, and line noise 40 dB under the speech
    assert db(LEVEL / rms(before)) == pytest.approx(snr, abs=1.5)


def test_the_conditions_are_named_after_their_babble() -> None:
    for name, snr in (("babble15", 15.0), ("babble8", 8.0)):
        assert CONDITIONS[name](SPEECH, 5) == with_babble(SPEECH, 5, snr, TALKERS)


def test_pauses_in_the_speech_do_not_make_the_babble_softer() -> None:
    with_pause = SPEECH + bytes(2 * 16000) + SPEECH
    alone = [
        rms(from_pcm(with_babble(pcm, 5, 10.0, TALKERS))[: MARGIN - 100])
        for pcm in (SPEECH, with_pause)
    ]
    assert db(alone[0] / alone[1]) == pytest.approx(0, abs=1)


def test_babble_is_several_voices_at_once() -> None:
    around = babble(TALKERS, 8000, 5)
    assert db(rms(around) / LEVEL) == pytest.approx(db(line.TALKERS**0.5), abs=2.5)


def test_babble_without_voices_is_an_error() -> None:
    with pytest.raises(ValueError, match="voices"):
        babble([], 8000, 5)


def test_slow_and_quiet_is_twenty_decibels_down() -> None:
    heard = from_pcm(CONDITIONS["slow_quiet"](SPEECH, 5))[MARGIN + 400 : -MARGIN - 400]
    assert db(rms(heard) / LEVEL) == pytest.approx(-20, abs=1.5)


def test_three_percent_of_the_frames_are_lost_and_the_others_are_whole() -> None:
    long = sound(60.0, 9)
    heard, tel = (
        np.frombuffer(CONDITIONS[name](long, 5), "<i2").reshape(-1, FRAME_BYTES // 2)
        for name in ("loss3", "tel")
    )
    lost = ~heard.any(axis=1)
    assert 0.02 < lost.mean() < 0.04
    assert (heard[~lost] == tel[~lost]).all()
