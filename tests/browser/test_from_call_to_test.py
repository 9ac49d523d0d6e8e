"""A supervisor's morning: the call that went wrong is found, heard, marked and made a test."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.browser.office import LAST_FOUR, REPOSITORY, config_of, sign_in
from tests.browser.visitor import Visitor
from tests.ivr.web.site import Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.models]
SAID = "我要挂鼓楼医院"
HEARING = 0.5  # seconds of the recording that have to be heard
REPLAY_LIMIT = 300.0
_PLAYED_PAST = """(player, at) => new Promise((heard) => {
  const look = () => {
    if (!player.paused && player.currentTime > at) heard(player.currentTime);
    else player.ownerDocument.defaultView.requestAnimationFrame(look);
  };
  look();
})"""


async def find_the_call(page: Page, site: Site) -> str:
    """Among all calls, by how it ended and the caller's last four digits; gives its id."""
    await page.goto(f"{site.url}/calls")
    await page.get_by_text("结果", exact=True).first.click()
    await page.get_by_label("转人工", exact=True).check()
    await page.get_by_label("号码后四位").fill(LAST_FOUR)
    await page.get_by_role("button", name="查找").click()
    found = page.get_by_role("main").locator("tbody th a")
    await expect(found).to_have_count(1)
    assert LAST_FOUR not in page.url
    await found.click()
    await expect(page.get_by_role("heading", name="第 1 轮")).to_be_visible()
    return page.url.removeprefix(f"{site.url}/calls/")


async def test_the_failed_call_is_found_and_heard(visitor: Visitor, office: Site) -> None:
    await sign_in(visitor, office, Role.SUPERVISOR)
    page = visitor.page
    call_id = await find_the_call(page, office)
    assert await visitor.accessibility_findings() == []
    assert await visitor.pixels_too_wide() == 0
    await visitor.picture("call", whole=True)
    player = page.locator("#player")
    await expect(player).to_have_js_property("paused", True)
    await page.get_by_role("button", name="听第 2 轮的回答").click()
    begun = float(await page.locator("#turn-2").get_attribute("data-at") or 0)
    async with asyncio.timeout(REPLAY_LIMIT):
        heard = await player.evaluate(_PLAYED_PAST, begun + HEARING)
    assert heard > begun + HEARING
    await visitor.picture("hearing")
    await expect(page.locator("#turn-2")).to_contain_class("playing")
    audit = await office.book.audit.list(AuditFilter(action=Action.RECORDING_HEARD), 10)
    assert {each.entry.call_id for each in audit} == {call_id}


async def test_a_marked_call_becomes_a_test_that_fails_where_it_was_marked(
    visitor: Visitor, office: Site, tmp_path: Path
) -> None:
    await sign_in(visitor, office, Role.REVIEWER)
    page = visitor.page
    await find_the_call(page, office)
    turn = page.locator("#turn-1")
    await turn.get_by_text("这里不对").click()
    await turn.get_by_label("来电人其实说的是").fill(SAID)
    await turn.get_by_role("button", name="标记").click()
    await expect(turn).to_contain_class("wrong")
    await expect(turn).to_contain_text(SAID)
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="导出用例").click()
    download = await downloading.value
    with zipfile.ZipFile(await download.path()) as archive:
        archive.extractall(tmp_path / "case")
    if visitor.size.touch:
        return  # the same file; replaying takes a while
    code, result = await replayed(tmp_path)
    assert code == 1
    (failure,) = result["failures"]
    assert failure.startswith(f"turn 1: {SAID} was understood as ")


async def replayed(folder: Path) -> tuple[int | None, dict[str, list[str]]]:
    """What `ivr replay` says of the case in `folder`/case: its exit code and its only result."""
    config = config_of(folder / "var")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivr", "replay", str(folder / "case")),
        *("--json", str(folder / "result.json")),
        cwd=REPOSITORY,
        env={**os.environ, "IVR_VAR_DIR": str(config.var)},
    )
    try:
        async with asyncio.timeout(REPLAY_LIMIT):
            code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    (result,) = json.loads((folder / "result.json").read_text(encoding="utf-8"))["results"]
    return code, result
