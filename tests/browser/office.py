"""The pages as a hotline has them: an account for every role, two days of invented calls and one
that was really held and recorded, in which the caller was not understood."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from booking_client.sql.database import open_database
from ivr.caller.case import Case
from ivr.config import Config, load_config
from ivr.demo_data.conversations import invented_calls
from ivr.demo_data.day import day_rows, write_day
from ivr.demo_data.held import HeldCall, held_rows
from ivr.web.accounts.rights import Role
from tests.browser.visitor import PICTURES, Visitor
from tests.ivr.web.site import NOW, PASSWORD, Site, running_site

REPOSITORY = Path(__file__).parents[2]
LAST_FOUR = "0042"
_SEED = 1
_WRITE_SECONDS = 60.0
_HELD = HeldCall(
    at=dt.time(8, 40),
    case=Case.model_validate(
        {
            "name": "talks of the weather, then wants a person",
            "caller": f"0258360{LAST_FOUR}",
            "answers": {"any": ["今天太阳真好啊", "我要转人工"]},
            "expect": {"outcome": "transferred"},
        }
    ),
)


def config_of(folder: Path) -> Config:
    """The product's configuration with its run-time files in `folder`, but for the speech that was
    rendered before."""
    folder.mkdir(exist_ok=True)
    if not (folder / "rendered").exists():
        (folder / "rendered").symlink_to(REPOSITORY / "var" / "rendered")
    return load_config(REPOSITORY / "config.yaml", {"IVR_VAR_DIR": str(folder)})


def _calls(config: Config) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Takes some twenty seconds; has event loops of its own."""
    conversations, calls = (80, 2000) if PICTURES else (8, 60)
    invented = invented_calls(_SEED, NOW.date(), conversations)
    for day in (NOW.date() - dt.timedelta(days=1), NOW.date()):
        yield from day_rows(_SEED, day, calls, invented)
    yield from held_rows((_HELD,), NOW.date(), config)


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Site]:
    """IVR_DATA_KEY is set."""
    config = config_of(folder / "var")
    calls = await asyncio.to_thread(lambda: list(_calls(config)))
    async with running_site(f"sqlite:///{folder}/ivr.db", config.recordings) as site:
        database = open_database(site.database_url, _WRITE_SECONDS)
        await write_day(database, iter(calls))
        await database.close()
        while await site.search.index.catch_up():
            pass
        for role in Role:
            await site.account(role.value, role)
        yield site


def held_call(site: Site) -> str:
    """The id of the call that was really held: its recording is the only one."""
    (recording,) = site.folder.glob("*/*.wav")
    return recording.stem


async def sign_in(visitor: Visitor, site: Site, role: Role) -> None:
    """Through the form, with the account of `role`."""
    page = visitor.page
    await page.goto(f"{site.url}/login")
    await page.get_by_label("账号").fill(role.value)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
