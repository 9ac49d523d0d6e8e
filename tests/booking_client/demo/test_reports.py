from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from booking_client.demo.people import load_people
from booking_client.demo.reports import DemoReportDesk, load_reports
from datafiles import DataFileError

NOW = dt.datetime(2026, 11, 24, 9, 0)
HEADER = "id_number,hospital,ready,how,due_in_days\n"


async def test_a_report_that_is_out_says_how_to_fetch_it_and_the_other_when_it_is_due() -> None:
    desk = DemoReportDesk()
    out, waiting = await desk.reports_of("32010619450101001X", NOW)
    assert out.ready
    assert "身份证" in out.how
    assert out.expected is None
    assert not waiting.ready
    assert waiting.expected == dt.date(2026, 11, 26)


async def test_an_unknown_person_has_no_report() -> None:
    assert await DemoReportDesk().reports_of("320100199001010001", NOW) == []


def test_every_report_is_of_a_demonstration_person() -> None:
    people = {person.id_number for person in load_people()}
    assert {report.id_number for report in load_reports()} <= people


def test_a_report_that_is_out_without_a_way_to_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text(f"{HEADER}32010619450101001X,南京鼓楼医院,true,,0\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"reports\.csv:2"):
        load_reports(path)
