"""From a figure of the board to the calls behind it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from ivr.web.accounts.rights import Role
from tests.browser.office import sign_in
from tests.browser.visitor import Visitor
from tests.ivr.web.site import Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.models]


async def test_a_field_of_the_heat_map_opens_as_many_calls_as_it_says(
    office: Site, visitor: Visitor
) -> None:
    await sign_in(visitor, office, Role.SUPERVISOR)
    page = visitor.page
    await page.goto(f"{office.url}/board")
    field = page.get_by_role("main").locator("td[class^=h] a").first
    count = await field.inner_text()
    await field.click()
    await expect(page.get_by_role("heading", name="通话", exact=True)).to_be_visible()
    await expect(page.get_by_role("status")).to_contain_text(
        re.compile(rf"共 {re.escape(count)} 个通话")
    )


async def test_the_board_and_the_list_label_invented_calls(office: Site, visitor: Visitor) -> None:
    await sign_in(visitor, office, Role.SUPERVISOR)
    for path in ("/board", "/calls"):
        await visitor.page.goto(office.url + path)
        await expect(visitor.page.get_by_role("main")).to_contain_text("演示数据")
