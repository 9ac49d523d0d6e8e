"""Invented calls that are really held."""

from __future__ import annotations

from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.demo_data.held import held_calls
from ivr.replay.batch import CaseFile


def test_the_calls_that_are_held_are_whole_cases() -> None:
    calls = held_calls()
    assert len({call.case.name for call in calls}) == len(calls) >= 3
    assert all(CaseFile(Path(f"{call.at}.yaml"), call.case) for call in calls)
    keyed = [act.press for call in calls for act in call.case.acts if act.press]
    assert any(len(keys) == 18 for keys in keyed), "one of them keys an ID number"


def test_a_call_without_a_time_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "held_calls.yaml"
    file.write_text("calls:\n  - case: {name: a, answers: {task: 你好}}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="at"):
        held_calls(file)
