from pathlib import Path

import pytest

from bench.simulations import figures, main, name_of, runs
from ivr.simulate.record import Call, Heading, Origin, Record, RecordError, write
from tests.ivr.replay.results import result

HARD = Heading(1, "hard")


def call(name: str, *failures: str) -> Call:
    return Call(Origin("2026-11-30", "0.1.0 at 35fa1cd", "whisper-base"), result(name, *failures))


def test_shards_of_a_run_are_one_entry_with_its_figures_and_origin(tmp_path: Path) -> None:
    files = [tmp_path / "1.jsonl", tmp_path / "2.jsonl", tmp_path / "clear.jsonl"]
    write(files[0], Record(HARD, {1: call("a"), 3: call("c")}))
    write(files[1], Record(HARD, {2: call("b", "nothing was booked")}))
    write(files[2], Record(Heading(1, "clear"), {1: call("d")}))
    hard, clear = runs(files)
    assert [name_of(each.heading) for each in (hard, clear)] == [
        "simulated hard via engine, seed 1",
        "simulated clear via engine, seed 1",
    ]
    kept = figures(hard)
    assert kept["calls"] == 3
    assert kept["completion"] == {"hits": 2, "n": 3}
    assert kept["made"] == ["2026-11-30, version 0.1.0 at 35fa1cd, whisper-base"]


def test_what_is_no_record_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        runs([tmp_path / "none.jsonl"])


def test_the_help_says_where_it_writes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["simulations.py", "--help"])
    with pytest.raises(SystemExit):
        main()
    said = capsys.readouterr().out
    assert said.startswith("usage: python -m bench.simulations ")
    assert "bench/results/" in said
