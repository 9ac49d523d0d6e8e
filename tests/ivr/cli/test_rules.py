"""`ivr rules`, as a clerk types it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from booking_client.demo.seed import seed_demo
from booking_client.rules_file import RULES_FILE
from booking_client.sql.opening import open_core
from ivr.cli.main import main
from tests.booking_client.clinic import KEYS

HOSPITAL = "江苏省人民医院"
NOON = dt.datetime(2026, 11, 24, 12)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's catalogue and rules."""
    url = f"sqlite:///{tmp_path}/ivr.db"
    asyncio.run(seed_demo(url, NOON.date(), days=1))
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    return url


@pytest.fixture
def file(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "rules.yaml"
    assert main(["rules", "export", str(path)]) == 0
    assert "4 hospitals" in capsys.readouterr().out
    return path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


async def days_ahead(url: str) -> int:
    core = await open_core(url, keys=KEYS, rules=None)
    try:
        return ((await core.booking_window(HOSPITAL, NOON))[1] - NOON.date()).days
    finally:
        await core.close()


def test_what_is_exported_is_right_and_changes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "check", str(file)]) == 0
    assert "right" in capsys.readouterr().out
    assert main(["rules", "import", str(file), "--apply"]) == 0
    assert capsys.readouterr().out == "Nothing differs from the rules in force.\n"
    assert main(["rules", "import", str(RULES_FILE)]) == 0
    assert capsys.readouterr().out == "Nothing differs from the rules in force.\n"


def test_changes_are_shown_first_and_made_on_demand(
    url: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(file, "last_day: 14\n", "last_day: 10\n")
    shown = f"~ {HOSPITAL} from 2020-01-01: last_day 14 -> 10"
    assert main(["rules", "import", str(file)]) == 0
    assert shown in capsys.readouterr().out
    assert asyncio.run(days_ahead(url)) == 14
    assert main(["rules", "import", str(file), "--apply"]) == 0
    assert shown in capsys.readouterr().out
    assert asyncio.run(days_ahead(url)) == 10


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (HOSPITAL, "江苏人民医院", "no such hospital in the catalogue"),
        ("family_doctor", "pigeon", "there is no channel pigeon"),
        ("last_day: 14\n", "last_day: many\n", "last_day"),
    ],
)
@pytest.mark.parametrize("action", ["check", "import"])
def test_a_mistake_is_named_with_its_line_and_nothing_is_changed(
    url: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    action: str,
    old: str,
    new: str,
    problem: str,
) -> None:
    edit(file, '"16:30"', '"17:00"')
    edit(file, old, new)
    apply = ["--apply"] if action == "import" else []
    assert main(["rules", action, str(file), *apply]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert f"{file}:" in error
    assert asyncio.run(days_ahead(url)) == 14


def test_a_file_that_is_there_is_not_written_over(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "export", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
