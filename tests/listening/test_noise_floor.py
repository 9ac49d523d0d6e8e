"""The floor follows the line, not the voice."""

from __future__ import annotations

import pytest

from ivr.listening.noise_floor import LOWEST_DBFS, STEADY_FRAMES, WINDOW_FRAMES, NoiseFloor


def follow(floor: NoiseFloor, levels: list[float]) -> float:
    for level in levels:
        floor.feed(level)
    return floor.dbfs


SPEECH = [-20.0, -18.0, -22.0, -40.0, -60.0, -25.0, -19.0, -21.0, -50.0, -60.0]


def test_steady_noise_is_the_floor_within_a_second() -> None:
    assert follow(NoiseFloor(), [-40.0] * STEADY_FRAMES) == pytest.approx(-40.0)


def test_speech_does_not_lift_the_floor() -> None:
    floor = NoiseFloor()
    follow(floor, [-60.0] * 50)
    assert follow(floor, SPEECH * 30) < -45.0


def test_the_floor_falls_at_once_when_the_line_gets_quieter() -> None:
    floor = NoiseFloor()
    follow(floor, [-30.0] * 100)
    assert follow(floor, [-60.0] * 6) < -55.0


def test_noise_that_begins_in_mid_call_becomes_the_floor() -> None:
    floor = NoiseFloor()
    follow(floor, [-60.0] * 100)
    assert follow(floor, [-35.0] * (STEADY_FRAMES + 10)) == pytest.approx(-35.0, abs=1.0)


def test_unsteady_noise_becomes_the_floor_when_the_window_has_passed() -> None:
    floor = NoiseFloor()
    follow(floor, [-60.0] * 50)
    rattle = [-30.0, -30.0, -30.0, -30.0, -40.0, -40.0, -40.0, -40.0]
    assert follow(floor, rattle * (WINDOW_FRAMES // 8 + 3)) > -42.0


def test_digital_silence_is_not_followed_down() -> None:
    assert follow(NoiseFloor(), [-96.0] * 100) == LOWEST_DBFS
