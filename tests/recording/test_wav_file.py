"""A WAV file that can be opened at any moment while it grows."""

from __future__ import annotations

import stat
import wave
from pathlib import Path

import pytest

from ivr.recording.wav_file import STEREO_FRAME_BYTES, GrowingWav

SOUND = bytes(range(128)) * 5  # one stereo frame


def frames_of(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        content: bytes = file.readframes(file.getnframes())
        return content


def test_it_opens_before_anything_is_written(tmp_path: Path) -> None:
    wav = GrowingWav(tmp_path / "call.wav")
    assert frames_of(tmp_path / "call.wav") == b""
    wav.close()


def test_it_opens_while_it_grows_and_holds_what_the_header_knows(tmp_path: Path) -> None:
    path = tmp_path / "2026" / "call.wav"
    wav = GrowingWav(path)
    wav.write(0, SOUND)
    wav.update_header()
    wav.write(1, SOUND)  # killed here
    assert frames_of(path) == SOUND
    wav.close()
    assert frames_of(path) == SOUND * 2


def test_a_place_is_written_over_and_a_skipped_one_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    wav = GrowingWav(path)
    wav.write(2, SOUND)
    wav.write(0, bytes(STEREO_FRAME_BYTES))
    wav.write(0, SOUND)
    wav.close()
    assert frames_of(path) == SOUND + bytes(STEREO_FRAME_BYTES) + SOUND


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    GrowingWav(tmp_path / "call.wav").close()
    assert stat.S_IMODE((tmp_path / "call.wav").stat().st_mode) == 0o600


def test_a_recording_is_never_overwritten(tmp_path: Path) -> None:
    GrowingWav(tmp_path / "call.wav").close()
    with pytest.raises(FileExistsError):
        GrowingWav(tmp_path / "call.wav")


def test_more_than_a_wav_file_can_hold_is_refused(tmp_path: Path) -> None:
    wav = GrowingWav(tmp_path / "call.wav")
    with pytest.raises(OSError, match="longer than a WAV file"):
        wav.write(7_000_000, SOUND)
    wav.close()
