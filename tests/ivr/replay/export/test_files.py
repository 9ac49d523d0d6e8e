"""An exported case as files that `ivr replay` reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from grammars.meaning import Slot
from ivr.audio_file import read_speech
from ivr.caller.case import load_case
from ivr.replay.batch import find_cases
from ivr.replay.export.case_of_call import ExportFault
from ivr.replay.export.files import exported_call, write_case, zipped
from tests.ivr.replay.export.logged import call, prompts, record, spoken, turn

CALL = call(turn(1, Slot.TASK, "我要挂号"))


def test_a_folder_holds_the_case_and_its_sounds(tmp_path: Path) -> None:
    made = exported_call(CALL, record(tmp_path / "call.wav", spoken(), prompts(1)))
    path = write_case(made, tmp_path / "cases")
    (found,) = find_cases([tmp_path / "cases"])  # reads every WAV
    assert found.path == path
    assert found.case == load_case(path)
    assert found.case.acts[0].wav is not None
    assert read_speech(path.parent / found.case.acts[0].wav)
    assert path.read_text(encoding="utf-8").startswith("# turn 1: heard as 我要挂号\n")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    made = exported_call(CALL, None)
    path = write_case(made, tmp_path)
    path.write_text("corrected by hand", encoding="utf-8")
    with pytest.raises(ExportFault, match="is there already"):
        write_case(made, tmp_path)
    assert path.read_text(encoding="utf-8") == "corrected by hand"


def test_a_zip_holds_the_same_files(tmp_path: Path) -> None:
    made = exported_call(CALL, record(tmp_path / "call.wav", spoken(), prompts(1)))
    path = write_case(made, tmp_path / "cases")
    with zipfile.ZipFile(io.BytesIO(zipped(made))) as archive:
        assert sorted(archive.namelist()) == sorted(each.name for each in path.parent.iterdir())
        for name in archive.namelist():
            assert archive.read(name) == (path.parent / name).read_bytes()
    assert zipped(made) == zipped(made)


def test_a_recording_that_is_gone_is_spoken_by_a_synthetic_voice(tmp_path: Path) -> None:
    made = exported_call(CALL, tmp_path / "deleted.wav")
    assert made.sounds == {}
    assert made.case["answers"]["task"][0]["say"] == "我要挂号"
