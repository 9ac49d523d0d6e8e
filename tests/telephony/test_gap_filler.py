"""Silence stands in for long gaps only, and keeps their length."""

from __future__ import annotations

import pytest

from ivr.telephony.gap_filler import GapFiller


def test_audio_that_flows_is_left_alone() -> None:
    gaps = GapFiller(now=100.0, fill_after=0.2)
    for frame in range(500):
        now = 100.0 + frame * 0.02
        gaps.audio(now)
        assert gaps.frames_due(now + 0.019) == 0


def test_jitter_is_left_alone() -> None:
    gaps = GapFiller(now=100.0, fill_after=0.2)
    gaps.audio(100.1)
    assert gaps.frames_due(100.29) == 0


@pytest.mark.parametrize("every", [0.02, 0.1, 0.13])
def test_a_gap_is_filled_to_its_length(every: float) -> None:
    """Three seconds of a held key are 150 frames, however often one looks."""
    gaps = GapFiller(now=100.0, fill_after=0.2)
    gaps.audio(101.0)
    looks = int(3.0 / every)
    frames = sum(gaps.frames_due(101.0 + look * every) for look in range(1, looks + 1))
    assert frames + gaps.frames_due(104.0) == 150


def test_filling_ends_with_audio() -> None:
    gaps = GapFiller(now=100.0, fill_after=0.2)
    assert gaps.frames_due(100.2) == 10
    assert gaps.frames_due(100.3) == 5
    gaps.audio(100.31)
    assert gaps.frames_due(100.41) == 0
    assert gaps.frames_due(100.51) == 10


def test_a_line_without_any_audio_is_filled_from_its_beginning() -> None:
    assert GapFiller(now=100.0, fill_after=0.2).frames_due(101.0) == 50
