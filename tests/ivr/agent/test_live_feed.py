import asyncio
import stat
from pathlib import Path

from ivr.agent.live_feed import LiveFeed, watch

LIMIT = 10.0


async def test_watchers_see_the_notices_of_a_call_in_order(tmp_path: Path) -> None:
    feed = LiveFeed(tmp_path / "feed.sock")
    await feed.start()
    seen = watch(tmp_path / "feed.sock")
    reading = asyncio.ensure_future(anext(seen))
    async with asyncio.timeout(LIMIT):
        while not feed.watchers:
            await asyncio.sleep(0)
        feed.notice("said", "c1", {"text": "您好"})
        feed.notice("call_ended", "c1", {"outcome": "booked"})
        assert await reading == {"kind": "said", "call_id": "c1", "text": "您好"}
        assert (await anext(seen))["outcome"] == "booked"
        await feed.stop()
        assert [notice async for notice in seen] == []


async def test_the_feed_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    feed = LiveFeed(tmp_path / "feed.sock")
    await feed.start()
    assert stat.S_IMODE((tmp_path / "feed.sock").stat().st_mode) == 0o600
    await feed.stop()
    assert not (tmp_path / "feed.sock").exists()


async def test_without_watchers_a_notice_costs_nothing_and_fails_nothing(tmp_path: Path) -> None:
    feed = LiveFeed(tmp_path / "feed.sock")
    feed.notice("said", "c1", {"text": "您好"})
    assert feed.watchers == 0
