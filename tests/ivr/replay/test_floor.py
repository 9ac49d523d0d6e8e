from dataclasses import replace
from pathlib import Path

import pytest

from datafiles import DataFileError
from ivr.replay.floor import Floor, load_floor, under_floor
from tests.ivr.replay.results import result, run_of

FLOOR = Floor(completion=0.5)


def test_a_failed_case_is_allowed_down_to_the_floor() -> None:
    good, bad = result("a"), result("b", "nothing was booked")
    assert under_floor(run_of(good, bad), FLOOR) == []
    (line,) = under_floor(run_of(good, bad, bad), FLOOR)
    assert line == "completion 0.333 is under the floor of 0.5"


def test_a_wrong_booking_or_a_lost_call_never_is() -> None:
    wrong = replace(result("a", "booking: date"), wrong_booking=True)
    lost = result("b", "the call was lost", outcome=None)
    assert under_floor(run_of(wrong, lost, result(), result()), FLOOR) == [
        "wrong booking: a.yaml",
        "lost call: b.yaml",
    ]


def test_a_floor_over_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floor.yaml"
    path.write_text("completion: 12\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"floor\.yaml:1: completion"):
        load_floor(path)
