"""An operator's browser opens the page of a call by the link that the softphone has."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from ivr.web.accounts.rights import Role
from tests.browser.office import held_call
from tests.browser.visitor import Visitor
from tests.ivr.web.site import PASSWORD, Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.models]


async def test_the_link_leads_to_the_handover_once_signed_in(
    office: Site, visitor: Visitor
) -> None:
    page, call_id = visitor.page, held_call(office)
    await page.goto(f"{office.url}/calls/{call_id}")
    await page.get_by_label("账号").fill(Role.OPERATOR.value)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_contain_text("来电人要人工")
    assert page.url == f"{office.url}/handover/{call_id}"
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    await visitor.picture("handover")
    # Chromium puts every answer from 400 on its console: the form came with a 401.
    visitor.complaints = [each for each in visitor.complaints if "status of 401" not in each]
