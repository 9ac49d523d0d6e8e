"""Levels in dBFS."""

from __future__ import annotations

import struct

import pytest

from ivr.listening.level import SILENCE_DBFS, level_dbfs, power_to_dbfs


def test_a_square_wave_at_full_scale_is_zero_and_half_of_it_six_less() -> None:
    assert level_dbfs(struct.pack("<4h", 32767, -32768, 32767, -32768)) == pytest.approx(
        0, abs=0.01
    )
    assert level_dbfs(struct.pack("<2h", 16384, -16384)) == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("pcm", [b"", bytes(320)])
def test_nothing_and_digital_silence_are_as_soft_as_can_be(pcm: bytes) -> None:
    assert level_dbfs(pcm) == SILENCE_DBFS
    assert power_to_dbfs(1e-30) == SILENCE_DBFS
