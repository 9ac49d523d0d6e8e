"""`ivr demo-month` and `ivr report monthly`, as they are typed."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import pytest

import booking_client
from booking_client.demo.catalogue import insert_catalogue
from booking_client.demo.month import WRITE_SECONDS, write_month
from booking_client.month import Month
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import open_database
from ivr.call_log import CallLog
from ivr.cli.main import main
from ivr.reports.demo_calls import load_calls, write_calls
from tests.booking_client.demo import small_month
from tests.booking_client.demo.small_month import MONTH, write_small_bulletin
from tests.booking_client.races.scale import NIGHTLY

SMALLER = 1 if NIGHTLY else small_month.SMALLER
NAMES = ("bookings_by_hospital", "bookings_by_subchannel", "hotline_calls")


def run(*words: str) -> int:
    try:
        return main(words)
    except SystemExit as exit_:  # argparse
        return int(exit_.code or 0)


@pytest.fixture(scope="module")
def written_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a four-hundredth of the month, beside the CSV files that it was made from;
    nightly it is the whole month."""
    folder = tmp_path_factory.mktemp("month")
    asyncio.run(_write_small_month(folder))
    return folder


async def _write_small_month(folder: Path) -> None:
    keys = PersonalDataKeys(bytes(32))
    url = f"sqlite:///{folder}/month.db"
    await booking_client.migrate(url)
    await (await CallLog.open(url)).close()
    database = open_database(url, WRITE_SECONDS)
    async with database.alone() as connection:
        await insert_catalogue(connection)
    await write_month(database, keys, write_small_bulletin(folder, SMALLER))
    calls = {category: -(-count // SMALLER) for category, count in load_calls(MONTH).items()}
    await write_calls(database, MONTH, calls, seed="1")
    await database.close()
    lines = [f"{category.value},{count}" for category, count in calls.items()]
    lines += [f"受理电话合计,{sum(calls.values())}", "市12345工单,1793", "省12345工单,9598"]
    text = "\n".join(("category,count", *lines, ""))
    (folder / f"hotline_calls_{MONTH}.csv").write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def month(written_month: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{written_month}/month.db")
    return written_month


MONTHLY = ("report", "monthly", "--month", "2021-02")


def test_all_tables_as_csv_are_the_files_they_were_made_from(month: Path, tmp_path: Path) -> None:
    out = tmp_path / "tables"
    assert run(*MONTHLY, "--format", "csv", "--out", str(out)) == 0
    assert sorted(path.name for path in out.iterdir()) == [f"{n}_2021-02.csv" for n in NAMES]
    for path in out.iterdir():
        assert path.read_bytes() == (month / path.name).read_bytes()


@pytest.mark.parametrize(
    ("table", "name"), list(zip(("hospitals", "subchannels", "calls"), NAMES, strict=True))
)
def test_one_table_as_csv_on_the_screen(
    month: Path, table: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(*MONTHLY, "--table", table, "--format", "csv") == 0
    expected = (month / f"{name}_2021-02.csv").read_text(encoding="utf-8")
    assert capfd.readouterr().out == expected


def test_all_tables_one_after_the_other(month: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*MONTHLY) == 0
    out = capfd.readouterr().out
    assert out.index("各医院预约挂号量") < out.index("各预约途径预约量") < out.index("热线受理量")


def test_a_page_and_a_workbook_hold_all_tables(month: Path, tmp_path: Path) -> None:
    page, book = tmp_path / "month.html", tmp_path / "month.xlsx"
    assert run(*MONTHLY, "--format", "html", "--out", str(page)) == 0
    assert run(*MONTHLY, "--format", "xlsx", "--out", str(book)) == 0
    assert page.read_text(encoding="utf-8").count("<table>") == 3
    with zipfile.ZipFile(io.BytesIO(book.read_bytes())) as parts:
        assert "xl/worksheets/sheet3.xml" in parts.namelist()
    assert sorted(tmp_path.iterdir()) == [page, book]  # nothing half-written is left


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("report", "monthly"), "--month"),
        (("report", "monthly", "--month", "2021-13"), "not a month"),
        ((*MONTHLY, "--table", "doctors"), "invalid choice"),
        ((*MONTHLY, "--format", "csv"), "--out FOLDER"),
        ((*MONTHLY, "--format", "xlsx"), "--out FILE"),
        ((*MONTHLY, "--out", "no/such/folder/x"), "no/such/folder/x: cannot be written"),
        ((*MONTHLY, "--work-orders", "none.csv"), "none.csv"),
        (("demo-month", "--scale", "0"), "not a number"),
        (("demo-month", "--month", "2021-03"), "bookings_by_hospital_2021-03.csv"),
    ],
)
def test_a_mistake_is_one_line(
    month: Path, words: tuple[str, ...], problem: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    err = capfd.readouterr().err
    assert problem in err
    assert len(err.splitlines()) == 1


def test_no_database_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert run(*MONTHLY) == 2
    assert "there is no database" in capfd.readouterr().err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("words", [MONTHLY, ("demo-month",)])
def test_a_remote_core_has_no_tables(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    monkeypatch.setenv("IVR_DATABASE_URL", "https://core.example.org")
    assert run(*words) == 2
    assert "does not know https://core.example.org" in capfd.readouterr().err


def test_an_empty_month_is_a_report_too(month: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert Month.parse("2021-04").days()
    assert run("report", "monthly", "--month", "2021-04", "--table", "subchannels") == 0
    assert "合计" in capfd.readouterr().out


def test_a_database_without_bookings_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.db").touch()
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    assert run(*MONTHLY) == 2
    assert "the database's booking schema is missing" in capfd.readouterr().err
