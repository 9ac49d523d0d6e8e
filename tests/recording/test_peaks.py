"""The shape of a recording."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from ivr.audio_file import write_speech
from ivr.recording.peaks import RecordingError, peaks_of


def recording(path: Path, caller: list[int], agent: list[int]) -> Path:
    stereo = np.stack([np.array(caller), np.array(agent)], axis=1).astype("<i2")
    write_speech(path, stereo.tobytes(), channels=2)
    return path


def test_each_piece_has_its_loudest_sample_of_either_leg(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.wav", [0, 16384, 0, -32768], [100, 0, 8192, 0])
    peaks = peaks_of(path, 2)
    assert peaks.channels == ((0.5, 1.0), (0.003, 0.25))
    assert peaks.seconds == 4 / 8000


def test_a_long_recording_is_read_in_blocks(tmp_path: Path) -> None:
    samples = [0] * (8000 * 70)
    samples[8000 * 65] = 16384
    peaks = peaks_of(recording(tmp_path / "a.wav", samples, samples), 70)
    assert [place for place, value in enumerate(peaks.channels[0]) if value] == [65]


def test_an_empty_recording_is_silent(tmp_path: Path) -> None:
    peaks = peaks_of(recording(tmp_path / "a.wav", [], []), 3)
    assert peaks.channels == ((0, 0, 0), (0, 0, 0))


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no sound at all")
    with wave.open(str(tmp_path / "mono.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(100))
    for name in ("a.wav", "mono.wav", "missing.wav"):
        with pytest.raises(RecordingError) as caught:
            peaks_of(tmp_path / name)
        assert str(tmp_path) not in str(caught.value)
