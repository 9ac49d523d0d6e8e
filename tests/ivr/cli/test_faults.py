import os
import threading
from pathlib import Path

import pytest

from ivr.cli.faults import CommandFault, writable

TOO_LONG = "x" * 300  # no file system takes it, not even from who may write everything


def test_what_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("a record", encoding="utf-8")
    writable(kept, tmp_path / "new.html", None)
    assert kept.read_text(encoding="utf-8") == "a record"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.json"]


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        ("gone/r.json", "there is no such folder"),
        ("folder", "is a folder"),
        (TOO_LONG, "cannot be written: File name too long"),
    ],
)
def test_what_could_not_be_written_is_refused(tmp_path: Path, output: str, fault: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandFault, match=rf"{output}: {fault}$"):
        writable(tmp_path / output)


def test_two_outputs_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandFault, match="same file name"):
        writable(tmp_path / "r", tmp_path / "." / "r")


def test_a_pipe_is_not_opened_before_there_is_something_to_write(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    checked = threading.Thread(target=writable, args=(pipe,), daemon=True)
    checked.start()
    checked.join(5)  # to open it would wait for a reader
    assert not checked.is_alive()
