"""Every page of the navigation: usable on a desktop and on a phone, from the keyboard, in both
languages, by whoever may and by nobody else."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from ivr.web.accounts.rights import Role, roles
from ivr.web.navigation import Page, entries_for, navigation
from tests.browser.office import sign_in
from tests.browser.visitor import DESKTOP, Visitor, visiting
from tests.ivr.web.site import Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.models]


def role_for(page: Page) -> Role:
    return next(role for role in Role if page.right in roles().of(role).rights)


@pytest.mark.parametrize("entry", navigation(), ids=lambda page: page.path.strip("/"))
async def test_a_page_is_usable_and_accessible(visitor: Visitor, office: Site, entry: Page) -> None:
    await sign_in(visitor, office, role_for(entry))
    page = visitor.page
    await page.goto(office.url + entry.path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    current = page.get_by_role("navigation", name="导航").locator("[aria-current]")
    await expect(current).to_have_count(1)
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    await visitor.picture(entry.path.strip("/").replace("/", "-"))
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_sees_its_pages_and_gets_403_for_others(
    browser: Browser, office: Site, role: Role
) -> None:
    async with visiting(browser, DESKTOP) as somebody:
        await sign_in(somebody, office, role)
        page = somebody.page
        allowed = [entry.path for entry in entries_for(roles().of(role).rights)]
        links = page.get_by_role("navigation", name="导航").get_by_role("link")
        shown = [await link.get_attribute("href") for link in await links.all()]
        assert shown == allowed
        for entry in navigation():
            answer = await page.request.get(office.url + entry.path)
            assert answer.status == (200 if entry.path in allowed else 403), entry.path


async def test_who_may_not_is_told_so_on_a_page(browser: Browser, office: Site) -> None:
    async with visiting(browser, DESKTOP) as somebody:
        await sign_in(somebody, office, Role.OPERATOR)
        answer = await somebody.page.goto(f"{office.url}/accounts")
        assert answer is not None
        assert answer.status == 403
        await expect(somebody.page.get_by_role("main")).to_contain_text("您的角色不能看这一页")
        assert await somebody.accessibility_findings() == []
        # Chromium puts every answer from 400 on its console.
        somebody.complaints = [c for c in somebody.complaints if "status of 403" not in c]


async def test_the_keyboard_comes_to_the_content_past_the_navigation(
    browser: Browser, office: Site
) -> None:
    async with visiting(browser, DESKTOP) as somebody:
        await sign_in(somebody, office, Role.SUPERVISOR)
        page = somebody.page
        await page.goto(office.url)
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="跳到正文")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()
