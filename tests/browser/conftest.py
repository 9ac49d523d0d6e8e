"""One headless Chromium for these tests, and for each test a visitor of their own (cookies, tabs).

Everything runs in the session's event loop, the pages too: no thread, no port but a free one.
Debian's Chromium is used (deploy/browser.sh); Playwright would download one of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from booking_client.personal_data import PersonalDataKeys
from tests.browser.office import open_office
from tests.browser.visitor import DESKTOP, PATIENCE_MS, PHONE, Size, Visitor, visiting
from tests.ivr.web.site import Site

FLAGS = (
    "--no-sandbox",  # as root, in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: deploy/browser.sh installs it")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium, args=FLAGS, timeout=PATIENCE_MS
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session", params=[DESKTOP, PHONE], ids=lambda size: size.name)
async def visitor(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Visitor]:
    """Somebody with a desktop, then somebody with a phone."""
    size: Size = request.param
    async with visiting(browser, size) as somebody:
        yield somebody


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Shared by all that only look at the pages, or change what nobody else looks at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
        async with open_office(tmp_path_factory.mktemp("office")) as site:
            yield site
