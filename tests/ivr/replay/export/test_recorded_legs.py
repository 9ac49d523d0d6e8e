"""What the caller did in a turn, found in the recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ivr.audio_file import write_speech
from ivr.replay.export.recorded_legs import RecordedLegs, RecordingFault, Spoken, Waited
from tests.ivr.replay.export.logged import PROMPT_SECONDS, prompts, quiet, record, spoken
from tests.listening.sounds import Wave, at_level, joined, silence, words


def only_turn(tmp_path: Path, caller: Wave, agent: Wave) -> Spoken | Waited:
    path = record(tmp_path / "call.wav", caller, agent)
    return RecordedLegs.read(path).turn(0.0, 10.0)


def test_an_answer_is_cut_with_its_distance_from_the_prompt(tmp_path: Path) -> None:
    cut = only_turn(tmp_path, spoken(after=1.0), prompts(1))
    assert isinstance(cut, Spoken)
    assert cut.after == pytest.approx(
        1.0, abs=0.45
    )  # 300 ms before the first syllable belong to it
    assert cut.into == pytest.approx(PROMPT_SECONDS + 1.0, abs=0.45)
    heard = len(words(6)) / 8000
    assert heard <= len(cut.pcm) / 16000 <= heard + 0.9


def test_who_speaks_into_the_prompt_is_cut_from_the_first_word(tmp_path: Path) -> None:
    agent = joined([prompts(1)[: round(3.2 * 8000)], silence(6.8)])  # it was stopped
    cut = only_turn(tmp_path, joined([silence(2.5), words(10), silence(8)])[:80000], agent)
    assert isinstance(cut, Spoken)
    assert cut.after is not None
    assert cut.after < -0.3
    assert cut.into == pytest.approx(2.5, abs=0.45)


def test_an_echo_of_the_prompt_is_no_answer(tmp_path: Path) -> None:
    echo = at_level(prompts(1)[: round(PROMPT_SECONDS * 8000)], -35.0)
    caller = joined([echo, silence(2.0), words(6), silence(6)])[:80000]
    cut = only_turn(tmp_path, caller, prompts(1))
    assert isinstance(cut, Spoken)
    assert cut.after == pytest.approx(2.0, abs=0.45)


def test_where_nobody_spoke_the_line_is_kept_from_the_prompts_end(tmp_path: Path) -> None:
    cut = only_turn(tmp_path, quiet(), prompts(1))
    assert isinstance(cut, Waited)
    assert cut.after == pytest.approx(10.0 - PROMPT_SECONDS, abs=0.3)
    assert len(cut.pcm) == round((cut.after or 0) * 8000) * 2


def test_a_turn_past_the_end_of_the_recording_holds_nothing(tmp_path: Path) -> None:
    path = record(tmp_path / "call.wav", quiet(), prompts(1))
    assert RecordedLegs.read(path).turn(20.0, 30.0) == Waited(b"", None)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 10])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(content)
    with pytest.raises(RecordingFault, match=r"call\.wav: cannot be read"):
        RecordedLegs.read(path)


def test_a_recording_of_one_leg_is_refused(tmp_path: Path) -> None:
    write_speech(tmp_path / "call.wav", np.zeros(800, "<i2").tobytes())
    with pytest.raises(RecordingFault, match="not a stereo recording"):
        RecordedLegs.read(tmp_path / "call.wav")
