"""An operator signs in at the page of a call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from booking_client.personal_data import PersonalDataKeys
from ivr.call_log import CallLog
from ivr.hotline import Hotline
from ivr.web.app import build_app
from ivr.web.serving import serving
from ivr.web.sign_in import SignIn
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
SECRET = "the operators' secret"


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    url = f"sqlite:///{tmp_path}/ivr.db"
    hotline = await Hotline.open(url, PersonalDataKeys.from_environment())
    calls = await CallLog.open(url)
    try:
        app = build_app(calls, hotline.handovers, SignIn(SECRET), monotonic=lambda: 0.0)
        async with serving(app, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"
    finally:
        await calls.close()
        await hotline.close()


async def test_the_sign_in_page_is_usable_and_accessible(visitor: Visitor, address: str) -> None:
    await visitor.page.goto(f"{address}/login")
    await expect(visitor.page.get_by_label("座席口令")).to_be_visible()
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0


async def test_an_operator_signs_in_from_the_keyboard(visitor: Visitor, address: str) -> None:
    page = visitor.page
    await page.goto(f"{address}/login")
    await page.get_by_label("座席口令").fill(SECRET)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="登录").first).to_be_visible()
    cookies = await page.context.cookies()
    assert [cookie["name"] for cookie in cookies] == ["ivr_session"]
    assert cookies[0]["httpOnly"]
