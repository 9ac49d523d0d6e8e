"""Real child processes: one that beats, one that is stopped, one that refuses to start."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from ivr.agent.watchdog import Watchdog

BEATING = """
import asyncio, os
from ivr.agent.watchdog import HEARTBEAT_VARIABLE, beat
asyncio.run(beat(int(os.environ[HEARTBEAT_VARIABLE])))
"""
LIMIT = 30.0  # bound on every wait of these tests


class Starts:
    """Pids of the children, in order, awaitable."""

    def __init__(self) -> None:
        self.pids: asyncio.Queue[int] = asyncio.Queue()

    async def next(self) -> int:
        async with asyncio.timeout(LIMIT):
            return await self.pids.get()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_stopped_agent_is_ended_and_started_again() -> None:
    starts = Starts()
    watchdog = Watchdog([sys.executable, "-c", BEATING], 1.0, starts.pids.put_nowait)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watchdog.run())
        first = await starts.next()
        await until_beating(first)
        os.kill(first, signal.SIGSTOP)
        second = await starts.next()
        assert not alive(first)
        assert alive(second)
        watchdog.stop()
        async with asyncio.timeout(LIMIT):
            assert await running == 0
    assert not alive(second)


async def test_a_killed_agent_is_started_again() -> None:
    starts = Starts()
    watchdog = Watchdog([sys.executable, "-c", BEATING], 1.0, starts.pids.put_nowait)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(watchdog.run())
        first = await starts.next()
        os.kill(first, signal.SIGKILL)
        assert await starts.next() != first
        watchdog.stop()
        async with asyncio.timeout(LIMIT):
            await running
    assert watchdog.deaths == 1


async def test_an_agent_that_refuses_its_configuration_is_not_started_again() -> None:
    watchdog = Watchdog([sys.executable, "-c", "raise SystemExit(2)"], 1.0)
    async with asyncio.timeout(LIMIT):
        assert await watchdog.run() == 2


async def test_the_child_has_our_environment_with_what_it_is_given_on_top(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IVR_VAR_DIR", "ours")
    refuses = "import os; raise SystemExit(2 if os.environ['IVR_VAR_DIR'] == 'given' else 3)"
    watchdog = Watchdog([sys.executable, "-c", refuses], 1.0, environment={"IVR_VAR_DIR": "given"})
    async with asyncio.timeout(20):
        assert await watchdog.run() == 2


async def until_beating(pid: int) -> None:
    """The child has its event loop running once Python has opened its epoll descriptor."""
    async with asyncio.timeout(LIMIT):
        while True:
            try:
                links = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
            except OSError:
                links = set()
            if any("eventpoll" in link for link in links):
                return
            await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def our_packages_are_importable_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
