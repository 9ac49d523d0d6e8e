"""The agent takes added aliases over while it runs."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogs.commands import Listen
from grammars.meaning import Hypothesis, Slot
from grammars.understand import understand
from ivr.agent.added_aliases import AddedAliases
from ivr.aliases.overlay import AliasEntry, Tried, add_alias, withdraw_alias
from ivr.session.closed_lists import ClosedLists
from tests.dialogs.clinic import make_clinic, open_core

GULOU = "南京鼓楼医院"
AT = dt.datetime(2026, 11, 24, 9, 30)
ENTRY = AliasEntry(
    slot=Slot.HOSPITAL,
    name=GULOU,
    alias="天文台",
    added_at=AT,
    by="supervisor",
    tried=Tried(turns=0, right=0, wrong=0, unknown=0),
)


class Ticks:
    """A clock whose sleep ends when the test says so."""

    def __init__(self) -> None:
        self._due = asyncio.Semaphore(0)
        self.asleep = asyncio.Event()

    def now(self) -> dt.datetime:
        return AT

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await self._due.acquire()

    async def tick(self) -> None:
        """One sleep ends, and what follows is done up to the next."""
        await self.asleep.wait()
        self.asleep.clear()
        self._due.release()
        await self.asleep.wait()


@pytest.fixture
async def lists(tmp_path: Path) -> AsyncIterator[ClosedLists]:
    await make_clinic(tmp_path / "booking.db")
    core = await open_core(tmp_path / "booking.db")
    lists = ClosedLists(core)
    await lists.load()
    yield lists
    await core.close()


async def understood(lists: ClosedLists) -> list[str]:
    asked = await lists.question(Listen(Slot.HOSPITAL), AT.date())
    return [each.value for each in understand(asked, [Hypothesis("天文台", 1.0)]).hospital]


async def test_what_is_added_and_taken_back_is_followed(
    tmp_path: Path, lists: ClosedLists, caplog: pytest.LogCaptureFixture
) -> None:
    path, ticks = tmp_path / "aliases.yaml", Ticks()
    added = AddedAliases(path, lists, ticks)
    assert added.read() == {}
    following = asyncio.create_task(added.follow())
    try:
        add_alias(path, ENTRY)
        await ticks.tick()
        assert await understood(lists) == [GULOU]
        whole = path.read_text()
        path.write_text("aliases: [{}]")
        await ticks.tick()
        assert await understood(lists) == [GULOU]  # a broken file changes nothing
        assert "aliases.yaml" in caplog.text
        path.write_text(whole)
        withdraw_alias(path, Slot.HOSPITAL, "天文台", "supervisor", AT)
        await ticks.tick()
        assert await understood(lists) == []
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def test_an_agent_starts_with_a_broken_file(
    tmp_path: Path, lists: ClosedLists, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("aliases: nothing")
    assert AddedAliases(path, lists, Ticks()).read() == {}
    assert "aliases.yaml:1" in caplog.text
