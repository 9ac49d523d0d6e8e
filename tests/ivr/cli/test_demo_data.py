"""`ivr demo-data`: what a person types and sees."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from ivr.cli.main import main
from ivr.clock import SystemClock
from ivr.demo_data import day

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/ivr.db")
    monkeypatch.setenv("IVR_VAR_DIR", str(tmp_path))
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setattr(day, "_FEWEST_CONVERSATIONS", 2)
    return tmp_path / "ivr.db"


def counts(database: Path) -> tuple[int, int, int]:
    """Calls, calls that the search knows, and turns."""
    connection = sqlite3.connect(database)
    try:
        calls, places, turns = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("calls", "call_places", "turns")
        )
    finally:
        connection.close()
    return calls, places, turns


def test_days_are_added_once_and_taken_out_again(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["demo-data", "--silent", "--days", "2", "--day", "2026-11-27", "--calls", "5"]
    assert main(words) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-11-26: 5 invented calls added",
        "2026-11-27: 5 invented calls added",
    ]
    calls, places, turns = counts(database)
    assert calls == places == 10
    assert turns > 10
    assert main(words) == 0
    assert "0 invented calls added" in capsys.readouterr().out
    assert main(["demo-data", "--remove"]) == 0
    assert capsys.readouterr().out == "10 invented calls removed\n"
    assert counts(database) == (0, 0, 0)


def test_of_today_only_calls_that_are_over_are_added(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ivr calls show last` stays the newest real call."""
    words = ["demo-data", "--silent", "--calls", "40"]
    at_noon = SystemClock(dt.datetime(2026, 11, 27, 12, 0))
    monkeypatch.setattr("ivr.cli.demo_data.SystemClock", lambda: at_noon)
    assert main(words) == 0
    morning = counts(database)[0]
    assert 0 < morning < 40
    told = f"2026-11-27: {morning} invented calls added ({40 - morning} of the day would still be"
    assert told in capsys.readouterr().out
    next_day = SystemClock(dt.datetime(2026, 11, 28, 12, 0))
    monkeypatch.setattr("ivr.cli.demo_data.SystemClock", lambda: next_day)
    assert main([*words, "--day", "2026-11-27"]) == 0
    assert f"{40 - morning} invented calls added\n" in capsys.readouterr().out
    assert counts(database)[0] == 40


def test_nothing_is_taken_out_of_a_database_that_is_not_there(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-data", "--remove"]) == 2
    assert "there is no database" in capsys.readouterr().err
    assert not database.exists()


@pytest.mark.parametrize(
    "words", [["--day", "tomorrow"], ["--calls", "0"], ["--days", "many"], ["--seed", "x"]]
)
def test_bad_arguments_are_told_in_one_line(
    database: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo-data", *words])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not database.exists()
