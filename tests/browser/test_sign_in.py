"""Somebody signs in, from the keyboard, with a one-time password first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from booking_client.personal_data import PersonalDataKeys
from ivr.web.accounts.rights import Role
from tests.browser.visitor import Visitor
from tests.ivr.web.site import PASSWORD, SETTER, Site, running_site

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Asked for before the visitor, it ends after them: no page of theirs is still loading from it.
@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    async with running_site(f"sqlite:///{tmp_path}/ivr.db", tmp_path) as site:
        yield site


async def test_the_sign_in_page_is_usable_and_accessible(site: Site, visitor: Visitor) -> None:
    await visitor.page.goto(f"{site.url}/login")
    await expect(visitor.page.get_by_label("密码")).to_be_visible()
    await visitor.picture("sign-in")
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0


async def test_the_one_time_password_leads_to_ones_own(site: Site, visitor: Visitor) -> None:
    given = await site.book.accounts.add("wang", Role.ADMINISTRATOR, SETTER, site.clock.now())
    page = visitor.page
    await page.goto(f"{site.url}/login")
    await page.get_by_label("账号").fill("wang")
    await page.keyboard.press("Tab")
    await page.keyboard.type(given)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="改密码")).to_be_visible()
    assert await visitor.accessibility_findings() == []
    await page.get_by_label("现在的密码").fill(given)
    await page.get_by_label("新密码", exact=True).fill(PASSWORD)
    await page.get_by_label("再输一遍新密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="账号", exact=True)).to_be_visible()
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    (cookie,) = await page.context.cookies()
    assert cookie["name"] == "ivr_session"
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


async def test_the_audit_is_usable_and_accessible(site: Site, visitor: Visitor) -> None:
    await site.account("wang", Role.ADMINISTRATOR)
    page = visitor.page
    await page.goto(f"{site.url}/login")
    await page.get_by_label("账号").fill("wang")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="审计").click()
    await expect(page.get_by_role("heading", name="审计记录")).to_be_visible()
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Audit")).to_be_visible()
