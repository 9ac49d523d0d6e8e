"""The pages as a hotline has them: an account for every role, two days of invented calls and one
that was really held and recorded."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from booking_client.sql.database import open_database
from ivr.call_search.store import CallSearch
from ivr.demo_data.conversations import invented_calls
from ivr.demo_data.day import day_rows, write_day
from ivr.web.accounts.rights import Role
from tests.browser.recorded_call import hold_the_call, keep
from tests.browser.visitor import PICTURES, Visitor
from tests.ivr.web.site import NOW, PASSWORD, Site, running_site

SEED = 1
_WRITE_SECONDS = 60.0


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Site]:
    """IVR_DATA_KEY is set."""
    recorded = await asyncio.to_thread(hold_the_call, folder)
    conversations, calls = (80, 2000) if PICTURES else (8, 60)
    invented = await asyncio.to_thread(invented_calls, SEED, NOW.date(), conversations)
    async with running_site(f"sqlite:///{folder}/ivr.db", folder / "recordings") as site:
        database = open_database(site.database_url, _WRITE_SECONDS)
        for day in (NOW.date() - dt.timedelta(days=1), NOW.date()):
            await write_day(database, day_rows(SEED, day, calls, invented))
        await database.close()
        await keep(recorded, site.database_url, site.folder)
        search = await CallSearch.open(site.database_url)
        while await search.index.catch_up():
            pass
        await search.close()
        for role in Role:
            await site.account(role.value, role)
        yield site


async def sign_in(visitor: Visitor, site: Site, role: Role) -> None:
    """Through the form, with the account of `role`."""
    page = visitor.page
    await page.goto(f"{site.url}/login")
    await page.get_by_label("账号").fill(role.value)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
