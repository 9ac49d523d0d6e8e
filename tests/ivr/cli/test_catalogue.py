"""`ivr catalogue`, as a clerk types it."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from booking_client.catalogue.files import DEPARTMENTS, DOCTORS, write_catalogue
from booking_client.demo.seed import seed_demo
from booking_client.sql.opening import open_core
from booking_client.types import Patient, SessionQuery
from ivr.cli.main import main
from tests.booking_client.catalogue.entries import CATALOGUE
from tests.booking_client.clinic import KEYS, patient, rules

HOSPITAL, DEPARTMENT = "南京鼓楼医院", "疼痛科"


def run(*words: str) -> int:
    try:
        return main(words)
    except SystemExit as exit_:  # argparse
        return int(exit_.code or 0)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's catalogue with sessions from today on."""
    url = f"sqlite:///{tmp_path}/ivr.db"
    asyncio.run(seed_demo(url, dt.date.today(), days=3))
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    return url


@pytest.fixture
def files(url: str, tmp_path: Path) -> Path:
    folder = tmp_path / "catalogue"
    assert run("catalogue", "export", str(folder)) == 0
    return folder


def drop_department(files: Path) -> None:
    for name in (DEPARTMENTS, DOCTORS):
        lines = (files / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if HOSPITAL not in line or DEPARTMENT not in line]
        assert len(kept) < len(lines)
        (files / name).write_text("".join(kept), encoding="utf-8")


async def book(url: str, who: Patient) -> None:
    """Book any coming session of the department (the rules of tests have a wide window)."""
    core = await open_core(url, keys=KEYS, rules=rules(next_day_cut_off=None))
    now = dt.datetime.combine(dt.date.today(), dt.time(9))
    query = SessionQuery(HOSPITAL, DEPARTMENT, now.date(), now.date() + dt.timedelta(days=7))
    try:
        session = (await core.find_sessions(query, now))[0]
        hold = await core.hold(session.id, channel="phone", phone="", now=now)
        await core.confirm(hold.id, who, "a key", now)
    finally:
        await core.close()


def test_what_is_exported_is_right_and_changes_nothing(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("catalogue", "check", str(files)) == 0
    assert "38 hospitals" in capsys.readouterr().out
    assert run("catalogue", "import", str(files)) == 0
    assert capsys.readouterr().out == "Nothing differs from the catalogue.\n"


def test_changes_are_shown_first_and_made_on_demand(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drop_department(files)
    capsys.readouterr()
    shown = f"- department {HOSPITAL}/{DEPARTMENT}: 5 doctors\n"
    for _ in range(2):  # looking twice sees the same
        assert run("catalogue", "import", str(files)) == 0
        assert capsys.readouterr().out == f"{shown}Nothing is changed yet; --apply does it.\n"
    assert run("catalogue", "import", str(files), "--apply") == 0
    assert capsys.readouterr().out == f"{shown}Done.\n"
    assert run("catalogue", "import", str(files)) == 0
    assert capsys.readouterr().out == "Nothing differs from the catalogue.\n"


@pytest.mark.parametrize("words", [(), ("--apply",)])
def test_a_department_with_a_coming_booking_stays(
    url: str, files: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(book(url, patient(1)))
    drop_department(files)
    assert run("catalogue", "import", str(files), *words) == 1
    assert f"department {HOSPITAL}/{DEPARTMENT} has 1 coming booking" in capsys.readouterr().err
    asyncio.run(still_offered(url))


async def still_offered(url: str) -> None:
    core = await open_core(url, keys=KEYS, rules=None)
    assert DEPARTMENT in [department.name for department in await core.departments(HOSPITAL)]
    await core.close()


def test_one_hospital_alone(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "one"
    assert run("catalogue", "export", "--hospital", HOSPITAL, str(folder)) == 0
    assert "1 hospitals" in capsys.readouterr().out
    assert run("catalogue", "import", str(folder)) == 0
    assert "Nothing differs" in capsys.readouterr().out


def test_check_needs_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    write_catalogue(tmp_path / "files", CATALOGUE)
    assert run("catalogue", "check", str(tmp_path / "files")) == 0
    assert run("catalogue", "import", str(tmp_path / "files")) == 2
    assert "there is no database" in capsys.readouterr().err


def test_a_mistake_is_one_line_and_changes_nothing(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = files / DOCTORS
    with file.open("a", encoding="utf-8") as doctors:
        doctors.write("无名医院,骨科,林一,医师,\n")
    capsys.readouterr()
    assert run("catalogue", "import", str(files), "--apply") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{DOCTORS}:" in line
    assert "department" in line


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("check", "no/such/folder"), "cannot be read"),
        (("export", "--hospital", "无名医院", "x"), "no hospital 无名医院"),
        ((), "required"),
    ],
)
def test_bad_input_is_one_line(
    url: str, words: tuple[str, ...], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("catalogue", *words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert problem in line


def test_an_export_writes_over_nothing(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("catalogue", "export", str(files)) == 2
    assert "is there already" in capsys.readouterr().err
