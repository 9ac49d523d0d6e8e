"""Calls in progress: the page follows them by itself, and a call is taken over from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from booking_client.personal_data import PersonalDataKeys
from ivr.web.accounts.rights import Role
from tests.browser.office import sign_in
from tests.browser.visitor import Visitor
from tests.ivr.web.routes.test_live import CALL, PHONE, Switchboard
from tests.ivr.web.site import Site, running_site

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def switchboard() -> Switchboard:
    return Switchboard()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switchboard: Switchboard
) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    url = f"sqlite:///{tmp_path}/ivr.db"
    async with running_site(url, tmp_path, control=switchboard) as site:
        await site.account(Role.SUPERVISOR.value, Role.SUPERVISOR)
        yield site


async def test_a_call_appears_is_followed_and_taken_over(
    desk: Site, visitor: Visitor, switchboard: Switchboard
) -> None:
    await sign_in(visitor, desk, Role.SUPERVISOR)
    page, tell = visitor.page, desk.live.notice
    await page.goto(f"{desk.url}/live")
    await expect(page.get_by_text("现在没有通话")).to_be_visible()
    await expect(page.get_by_text("自动更新中")).to_be_visible()

    tell("call_started", CALL, {"caller_last_four": "0042"})
    tell("said", CALL, {"text": "您想去哪家医院？", "prompt": "question.hospital.asked"})
    tell("listening", CALL, {"expect": "hospital"})
    call = page.get_by_role("main").locator("section")
    await expect(call).to_contain_text("0042")
    await expect(call).to_contain_text("正在问：医院")
    tell("heard", CALL, {"hypotheses": [["古楼医院", 0.62]], "masked": False})
    tell(
        "understood", CALL, {"meaning": {"hospital": {"value": "南京鼓楼医院", "confidence": 0.97}}}
    )
    said = call.get_by_role("log").get_by_role("listitem")
    await expect(said).to_have_count(2)
    await expect(said.last).to_contain_text("古楼医院")
    await expect(said.last).to_contain_text("南京鼓楼医院")
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    await visitor.picture("live")

    await call.get_by_role("button", name="旁听").click()
    await expect(call.get_by_text("请听电话")).to_be_visible()
    assert switchboard.heard == [(CALL, PHONE)]
    await call.get_by_role("button", name="接管").click()
    await expect(call.get_by_text("正在转人工。")).to_be_visible()
    assert switchboard.taken == [CALL]
    tell("call_ended", CALL, {"outcome": "transferred", "reason": "caller_asked"})
    await expect(call).to_contain_text("结束了")
    await expect(call).to_have_count(0)
