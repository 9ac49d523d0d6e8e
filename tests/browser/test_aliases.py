"""An alias is tried against the recorded calls, goes live and is taken back, in the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from ivr.web.accounts.rights import Role
from tests.browser.office import sign_in
from tests.browser.visitor import DESKTOP, PHONE, Visitor, visiting
from tests.ivr.web.routes.test_aliases import DATA_KEY, WANTED, office_with_two_calls
from tests.ivr.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
TRIED_MS = 120_000.0  # a worker of its own is started, and reads every list first


@pytest_asyncio.fixture(loop_scope="session")
async def two_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", DATA_KEY)
    async with office_with_two_calls(tmp_path) as site:
        await site.account(Role.SUPERVISOR.value, Role.SUPERVISOR)
        yield site


async def usable(visitor: Visitor) -> None:
    """At both sizes: a trial takes too long to be made twice."""
    assert await visitor.accessibility_findings() == []
    for size in (PHONE, DESKTOP):
        await visitor.page.set_viewport_size({"width": size.width, "height": size.height})
        assert await visitor.pixels_too_wide() == 0


async def test_an_alias_is_tried_put_live_and_taken_back(browser: Browser, two_calls: Site) -> None:
    async with visiting(browser, DESKTOP) as visitor:
        await sign_in(visitor, two_calls, Role.SUPERVISOR)
        page = visitor.page
        await page.goto(f"{two_calls.url}/aliases")
        await page.get_by_label("来电人说的").fill(WANTED["alias"])
        await page.get_by_label("正式名称").fill(WANTED["name"])
        await page.get_by_role("button", name="拿全部通话试").click()
        live = page.get_by_role("button", name="启用")
        await expect(live).to_be_visible(timeout=TRIED_MS)  # the page goes on by itself
        await expect(page.get_by_role("main")).to_contain_text("会变对： 1")
        await expect(page.get_by_role("main")).to_contain_text("会变错： 0")
        await usable(visitor)
        await visitor.picture("alias-trial")
        await live.click()
        await expect(page.get_by_text("已启用，几秒钟内生效")).to_be_visible()
        await page.goto(f"{two_calls.url}/aliases")
        await usable(visitor)
        await page.get_by_role("button", name="撤掉").click()
        await expect(page.get_by_role("button", name="撤掉")).to_have_count(0)
