"""A tape whose file is as a live call's recording."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.ports import FRAME_BYTES
from ivr.replay.masked_tape import MaskedTape

VOICE = np.full(FRAME_BYTES // 2, 1000, "<i2").tobytes()
SECOND = 50  # frames


def written(tape: MaskedTape, path: Path, *span: float) -> NDArray[np.int16]:
    """Samples of both legs."""
    tape.write(path, *span)
    with wave.open(str(path), "rb") as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2)


def speak(tape: MaskedTape, frames: int, *, personal: bool = False) -> None:
    for _ in range(frames):
        tape.agent(VOICE, personal)
        tape.caller(VOICE)


def test_an_utterance_with_an_id_number_is_silent_on_both_legs(tmp_path: Path) -> None:
    tape = MaskedTape()
    speak(tape, SECOND)
    hold = tape.hold_from(0)
    speak(tape, SECOND)
    tape.utterance_ended()
    tape.utterance_understood(True, hold)
    speak(tape, 2 * SECOND)
    sound = written(tape, tmp_path / "call.wav")
    assert len(sound) == 4 * 8000
    assert not sound[8000:16000].any()
    assert sound[:8000].all()
    assert sound[16000:].all()


def test_a_number_that_is_read_back_or_asked_for_is_silent(tmp_path: Path) -> None:
    tape = MaskedTape()
    speak(tape, SECOND, personal=True)
    speak(tape, SECOND)
    tape.ask_id_number(True)
    speak(tape, SECOND)
    sound = written(tape, tmp_path / "call.wav")
    assert not sound[:8000].any()
    assert not sound[16000:, 0].any()


def test_a_part_can_be_written_after_the_whole(tmp_path: Path) -> None:
    tape = MaskedTape()
    speak(tape, 2 * SECOND)
    written(tape, tmp_path / "call.wav")
    assert len(written(tape, tmp_path / "part.wav", 0.5, 1.0)) == 4000


def test_the_judge_hears_what_the_file_does_not_hold() -> None:
    tape = MaskedTape()
    speak(tape, SECOND, personal=True)
    assert any(tape.agents_leg)
