"""A sentence that Asterisk could not play, or not in time, is refused before a caller needs it."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from ivr.pbx.safety_sounds import (
    CRISIS_CALL,
    OPERATORS_BUSY,
    SAFETY_NET,
    SENTENCES,
    check_sounds,
)
from ivr.pbx.settings import PbxError
from tests.pbx.lab import write_tone


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    write_tone(tmp_path / SAFETY_NET, "safety net", 5.5)
    write_tone(tmp_path / OPERATORS_BUSY, "busy", 7.0)
    write_tone(tmp_path / CRISIS_CALL, "crisis call", 2.0)
    return tmp_path


def test_fitting_files_pass(sounds: Path) -> None:
    check_sounds(sounds)


@pytest.mark.parametrize("name", list(SENTENCES))
def test_a_missing_file_is_named(sounds: Path, name: str) -> None:
    (sounds / name).unlink()
    with pytest.raises(PbxError, match=f"{name}.*make setup"):
        check_sounds(sounds)


def test_a_sentence_that_delays_the_queue_is_refused(sounds: Path) -> None:
    write_tone(sounds / SAFETY_NET, "safety net", 7.0)
    with pytest.raises(PbxError, match="too late"):
        check_sounds(sounds)


def test_a_wideband_file_is_refused(sounds: Path) -> None:
    with wave.open(str(sounds / SAFETY_NET), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(bytes(32000))
    with pytest.raises(PbxError, match="8000 Hz"):
        check_sounds(sounds)


@pytest.mark.parametrize("content", [b"", b"RIFF....WAVE", b"no sound at all"])
def test_a_broken_file_is_refused(sounds: Path, content: bytes) -> None:
    (sounds / OPERATORS_BUSY).write_bytes(content)
    with pytest.raises(PbxError, match=OPERATORS_BUSY):
        check_sounds(sounds)


def test_an_empty_sentence_is_refused(sounds: Path) -> None:
    write_tone(sounds / OPERATORS_BUSY, "busy", 0.1)
    with pytest.raises(PbxError, match="no sentence"):
        check_sounds(sounds)
