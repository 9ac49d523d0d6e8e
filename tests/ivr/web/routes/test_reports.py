"""The month's tables on the page and as files."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import booking_client
from booking_client.month import Month
from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import CallLog
from ivr.reports.calls import CallFigures
from ivr.reports.monthly import calls_table
from ivr.reports.work_orders import WorkOrders
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from ivr.web.routes.reports import shown_rows
from tests.ivr.board.log_of_calls import write_call
from tests.ivr.web.site import NOW, Browser, Site, running_site


@pytest.fixture
async def with_bookings(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """The booking core's tables are in the pages' database; one call was a complaint."""
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    async with running_site(url, tmp_path) as site:
        await booking_client.migrate(url)
        log = await CallLog.open(url)
        await write_call(log, 1, NOW, Outcome.TICKET, Reason.COMPLETED, category=Category.COMPLAINT)
        await log.close()
        yield site


@pytest.fixture
async def supervisor(with_bookings: Site) -> Browser:
    return await with_bookings.signed_in("supervisor", Role.SUPERVISOR)


async def test_the_page_has_the_months_tables(supervisor: Browser) -> None:
    page = await supervisor.get("/reports")
    assert page.status == 200
    assert "2026年11月各医院预约挂号量" in page.text
    assert "2026年11月12320热线受理量" in page.text
    assert "since=2026-11-01T00%3A00&amp;until=2026-12-01T00%3A00&amp;category=" in page.text


@pytest.mark.parametrize("asked", ["2999-01", "nonsense", "2026-13"])
async def test_a_month_that_is_none_is_this_month(supervisor: Browser, asked: str) -> None:
    assert "2026年11月" in (await supervisor.get(f"/reports?month={asked}")).text


async def test_a_table_goes_out_as_csv_and_is_audited(
    with_bookings: Site, supervisor: Browser
) -> None:
    answer = await supervisor.get("/reports/2026-11/calls.csv")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["category", "count"]
    assert [Category.COMPLAINT.value, "1"] in rows
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="hotline_calls_2026-11.csv"'
    )
    audited = await with_bookings.book.audit.list(AuditFilter(action=Action.TABLE_EXPORTED), 10)
    assert [kept.entry.detail for kept in audited] == ["hotline_calls_2026-11.csv"]


async def test_the_workbook_has_a_sheet_a_table(with_bookings: Site, supervisor: Browser) -> None:
    async with supervisor.session.get(f"{with_bookings.url}/reports/2026-11.xlsx") as answer:
        content = await answer.read()
    names = await asyncio.to_thread(lambda: zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert sum(name.startswith("xl/worksheets/sheet") for name in names) == 3


@pytest.mark.parametrize("path", ["2026-13.xlsx", "2026-11/people.csv", "2026-00/calls.csv"])
async def test_what_there_is_not_is_not_found(supervisor: Browser, path: str) -> None:
    assert (await supervisor.get(f"/reports/{path}")).status == 404


async def test_without_the_booking_cores_database_the_calls_are_counted(site: Site) -> None:
    supervisor = await site.signed_in("supervisor", Role.SUPERVISOR)
    page = await supervisor.get("/reports")
    assert page.status == 200
    assert "12320热线受理量" in page.text
    assert "预约系统在别处" in page.text


async def test_a_reviewer_has_no_reports(with_bookings: Site) -> None:
    reviewer = await with_bookings.signed_in("reviewer", Role.REVIEWER)
    for path in ("/reports", "/reports/2026-11.xlsx", "/reports/2026-11/calls.csv"):
        assert (await reviewer.get(path)).status == 403


def test_bars_are_of_calls_and_not_of_others_work_orders() -> None:
    month = Month(2026, 11)
    figures = CallFigures({Category.CONSULTATION: 50, Category.BOOKING: 100})
    orders = [WorkOrders(month="2026-11", source="省12345工单", count=9000)]
    rows = shown_rows(calls_table(month, figures, orders), month)
    assert [row.bar for row in rows] == [50, 100, 0, 0]
    assert [bool(row.href) for row in rows] == [True, True, False, False]
