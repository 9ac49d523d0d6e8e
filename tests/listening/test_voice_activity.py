"""A voice is a voice when soft; noise and hum are none when loud."""

from __future__ import annotations

import pytest

from ivr.listening.voice_activity import WebRtcVoiceActivity
from tests.listening.sounds import Wave, hum, joined, mixed, noise, on_the_line, silence, words


def voiced(wave: Wave, noise_level: float = -65.0) -> list[bool]:
    detector = WebRtcVoiceActivity()
    return [detector.feed(frame).voiced for frame in on_the_line(wave, noise_level)]


@pytest.mark.parametrize("level", [-12.0, -20.0, -30.0, -45.0])
def test_a_voice_is_heard_from_loud_to_soft(level: float) -> None:
    decisions = voiced(joined([silence(1.0), words(8, level), silence(1.0)]))
    speech = decisions[50:-50]
    assert sum(speech) > 0.7 * len(speech)
    assert sum(decisions[:48]) == 0
    assert sum(decisions[-40:]) == 0


@pytest.mark.parametrize("level", [-50.0, -35.0, -25.0, -20.0])
def test_steady_noise_is_no_voice_however_loud(level: float) -> None:
    assert sum(voiced(noise(4.0, level))[50:]) == 0


@pytest.mark.parametrize("level", [-45.0, -30.0, -20.0])
def test_mains_hum_is_no_voice(level: float) -> None:
    assert sum(voiced(hum(4.0, level))[50:]) == 0


def test_a_voice_is_heard_above_the_noise_of_a_bad_line() -> None:
    speech = joined([silence(2.0), words(8, -20.0), silence(1.0)])
    decisions = voiced(mixed(speech, noise(len(speech) / 8000, -35.0)))
    assert sum(decisions[50:98]) == 0
    assert sum(decisions[100:-50]) > 0.6 * len(decisions[100:-50])


def babble(seconds: float, level: float) -> Wave:
    """Six people at once, `level` together."""
    talkers = [words(round(seconds * 5), level - 8.0, 110.0 + 20 * n, seed=n) for n in range(6)]
    return mixed(*talkers)[: round(seconds * 8000)]


def test_talk_in_the_background_is_not_the_callers_voice() -> None:
    around = babble(9.0, -37.0)
    speech = joined([silence(4.0), words(8, -20.0), silence(2.5)])
    decisions = voiced(mixed(around[: len(speech)], speech))
    assert sum(decisions[150:198]) < 0.2 * 48
    assert sum(decisions[200:-130]) > 0.6 * len(decisions[200:-130])
    assert sum(decisions[-100:]) < 0.2 * 100


def test_digital_silence_is_silence() -> None:
    detector = WebRtcVoiceActivity()
    assert not any(detector.feed(bytes(320)).voiced for _ in range(50))


@pytest.mark.parametrize("length", [0, 160, 480])
def test_a_frame_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="320 bytes"):
        WebRtcVoiceActivity().feed(bytes(length))
