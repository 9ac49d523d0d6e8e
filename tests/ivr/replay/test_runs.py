from dataclasses import replace
from pathlib import Path

import pytest

from ivr.replay.result import CaseResult
from ivr.replay.runs import (
    ChangeKind,
    RunFileError,
    change,
    changes,
    keep_run,
    last_run,
    read_run,
    write_run,
)
from tests.ivr.replay.results import result, run_of, turn

REWORDED = replace(turn(2), asked=("哪家医院呢？",))
MISHEARD = replace(turn(2), asked=("哪家医院呢？",), understood={"hospital": "南京市第一医院"})


def test_a_run_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    run = run_of(result(), result("fails", "nothing was booked"))
    write_run(tmp_path / "run.json", run)
    assert read_run(tmp_path / "run.json") == run


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (None, result(), ChangeKind.NEW),
        (result(), result(), ChangeKind.SAME),
        (result("a", "nothing was booked"), result("a"), ChangeKind.FIXED),
        (result("a"), result("a", "nothing was booked"), ChangeKind.BROKEN),
        (result(turns=2), result(turns=4), ChangeKind.OTHERWISE),
        (result(), replace(result(), audio="07-books/call.wav", seconds=9.0), ChangeKind.SAME),
        (result(), replace(result(), turns=(turn(1), REWORDED)), ChangeKind.REWORDED),
        (result("a", "x"), replace(result("a"), turns=(turn(1), REWORDED)), ChangeKind.FIXED),
        (result(), replace(result(), turns=(turn(1), MISHEARD)), ChangeKind.OTHERWISE),
    ],
)
def test_what_a_run_changes(before: CaseResult | None, now: CaseResult, kind: ChangeKind) -> None:
    assert change(before, now).kind is kind


def test_a_change_says_how_many_turns_and_seconds_it_is() -> None:
    later = replace(result(turns=4), seconds=51.0)
    found = change(result(turns=2), later)
    assert str(found) == "otherwise (+2 turns, +10.8 s)"
    assert found.first == "turn 3 is new, about hospital"


def test_the_last_run_keeps_the_cases_that_were_not_run_again(tmp_path: Path) -> None:
    keep_run(tmp_path, run_of(result("a"), result("b")))
    keep_run(tmp_path, run_of(result("a", "nothing was booked")))
    kept = last_run(tmp_path, "engine")
    assert kept is not None
    assert [(r.name, r.passed) for r in kept.results] == [("a", False), ("b", True)]
    assert last_run(tmp_path, "sip") is None


def test_changes_find_a_case_by_its_file_and_name() -> None:
    before = run_of(result("b", "nothing was booked"), result("a"))
    kinds = [c.kind for c in changes(before, run_of(result("a"), result("b"), result("c")))]
    assert kinds == [ChangeKind.SAME, ChangeKind.FIXED, ChangeKind.NEW]


def test_a_copied_folder_is_another_case_and_so_is_one_of_a_run_that_kept_base_names() -> None:
    mine = replace(result("a", "nothing was booked"), file="mine/a.yaml")
    copy = replace(result("a"), file="copy/a.yaml")
    both = run_of(mine, copy)
    assert [c.kind for c in changes(both, both)] == [ChangeKind.SAME, ChangeKind.SAME]
    assert [c.kind for c in changes(run_of(result("a")), both)] == [ChangeKind.NEW] * 2


def test_a_file_that_is_no_run_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text('{"via": 1}', encoding="utf-8")
    with pytest.raises(RunFileError, match=r"run\.json: no run that `ivr replay --json` wrote$"):
        read_run(path)
    with pytest.raises(RunFileError, match=r"none\.json: cannot be read: No such file"):
        read_run(tmp_path / "none.json")


def test_a_last_run_of_an_older_layout_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "engine-last.json").write_text("[]", encoding="utf-8")
    assert last_run(tmp_path, "engine") is None
