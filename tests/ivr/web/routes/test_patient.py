"""Whom a booking is for is shown to whoever may, for a purpose, and never without a trace."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from booking_client import connect_database
from booking_client.demo.seed import seed_demo
from booking_client.model import PersonalDataAccessRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import open_database
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.ivr.session.test_conversation import NOW
from tests.ivr.web.handed_over import ID_NUMBER, book_a_call
from tests.ivr.web.site import Browser, Site, running_site

_CODE = re.compile(r'name="code" value="(\d+)"')


@pytest.fixture
async def site(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """A site that asks the booking core on its own database."""
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    await seed_demo(sqlite_url, NOW.date(), 3)
    core = await connect_database(sqlite_url)
    async with running_site(sqlite_url, tmp_path, bookings=core) as site:
        yield site
    await core.close()


@pytest.fixture
async def page(site: Site) -> str:
    """The page of a call that booked."""
    return f"/calls/{await book_a_call(site.database_url, site.folder, site.calls, site.hotline)}"


async def offered(browser: Browser, page: str) -> str:
    """The booking's code, from the form that asks for the patient."""
    found = _CODE.search((await browser.get(page)).text)
    assert found is not None
    return found[1]


async def test_a_supervisor_sees_the_patient_for_a_purpose_and_it_is_written_down(
    site: Site, page: str
) -> None:
    browser = await site.signed_in("chen", Role.SUPERVISOR)
    code = await offered(browser, page)
    assert ID_NUMBER not in (await browser.get(page)).text
    shown = await browser.post(f"{page}/patient", code=code, purpose="complaint")
    assert shown.status == 200
    assert ID_NUMBER in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    (kept,) = await site.book.audit.list(AuditFilter(action=Action.PERSONAL_DATA_SEEN), 9)
    entry = kept.entry
    assert (entry.actor, f"/calls/{entry.call_id}") == ("chen", page)
    assert entry.detail == f"{code}: complaint"
    database = open_database(site.database_url)
    async with database.reading() as connection:
        access = (await connection.execute(select(PersonalDataAccessRow))).all()
    await database.close()
    assert [(row.actor, row.purpose) for row in access] == [("chen", "complaint")]


async def test_a_reviewer_is_offered_nothing_and_gets_nothing(site: Site, page: str) -> None:
    code = await offered(await site.signed_in("chen", Role.SUPERVISOR), page)
    browser = await site.signed_in("lin", Role.REVIEWER)
    assert "/patient" not in (await browser.get(page)).text
    answer = await browser.post(f"{page}/patient", code=code, purpose="complaint")
    assert answer.status == 403
    assert ID_NUMBER not in answer.text


async def test_it_is_never_in_a_url(site: Site, page: str) -> None:
    browser = await site.signed_in("chen", Role.SUPERVISOR)
    code = await offered(browser, page)
    answer = await browser.get(f"{page}/patient?code={code}&purpose=complaint")
    assert answer.status == 405
    assert ID_NUMBER not in answer.text


@pytest.mark.parametrize(
    ("code", "purpose", "status"),
    [("{code}", "", 400), ("{code}", "curiosity", 400), ("00000000", "complaint", 404)],
)
async def test_without_a_purpose_or_for_another_booking_nothing_is_shown(
    site: Site, page: str, code: str, purpose: str, status: int
) -> None:
    browser = await site.signed_in("chen", Role.SUPERVISOR)
    filled = code.format(code=await offered(browser, page))
    answer = await browser.post(f"{page}/patient", code=filled, purpose=purpose)
    assert answer.status == status
    assert ID_NUMBER not in answer.text
    assert not await site.book.audit.list(AuditFilter(action=Action.PERSONAL_DATA_SEEN), 9)


async def test_what_cannot_be_written_down_is_not_shown(site: Site, page: str) -> None:
    browser = await site.signed_in("chen", Role.SUPERVISOR)
    code = await offered(browser, page)
    async with site.book.database.writing() as connection:
        await connection.execute(text("DROP TABLE web_audit"))
    for path in (page, page):
        assert (await browser.get(path)).status == 503
    answer = await browser.post(f"{page}/patient", code=code, purpose="complaint")
    assert answer.status == 503
    assert ID_NUMBER not in answer.text
