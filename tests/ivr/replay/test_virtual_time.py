import asyncio
import datetime as dt
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from ivr.replay.virtual_time import ClockStuck, VirtualClock, VirtualTimeLoop, virtual_loop

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)


def test_sleeping_moves_the_clock_and_nothing_else_does() -> None:
    async def day() -> list[float]:
        loop = asyncio.get_running_loop()
        times = [loop.time()]
        await asyncio.sleep(86400)
        times.append(loop.time())
        await asyncio.sleep(0)
        return [*times, loop.time()]

    assert run(day()) == [0.0, 86400.0, 86400.0]


def test_timers_fire_in_the_order_of_their_time() -> None:
    async def race() -> list[str]:
        order: list[str] = []

        async def after(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            order.append(name)

        await asyncio.gather(after(0.3, "third"), after(0.1, "first"), after(0.2, "second"))
        return order

    assert run(race()) == ["first", "second", "third"]


def test_a_timeout_is_over_when_the_virtual_time_is() -> None:
    async def wait() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run(wait()) == 5.0


def test_a_thread_is_given_its_time_and_takes_none() -> None:
    async def work() -> tuple[float, bool]:
        loop = virtual_loop()
        done = asyncio.Event()
        ticks = asyncio.create_task(asyncio.sleep(1.0))
        await asyncio.sleep(0)
        release = threading.Timer(0.02, lambda: loop.call_soon_threadsafe(done.set))
        release.start()
        with loop.outside_work():
            await done.wait()
        release.join()
        after = loop.time(), ticks.done()
        await ticks
        return after

    assert run(work()) == (0.0, False)


def test_what_an_executor_would_do_is_done_on_the_spot() -> None:
    async def work() -> tuple[int, int]:
        return await asyncio.to_thread(threading.get_ident), threading.get_ident()

    there, here = run(work())
    assert there == here


def test_a_fault_in_an_executors_work_comes_back_to_who_awaits_it() -> None:
    with pytest.raises(ZeroDivisionError):
        run(asyncio.to_thread(lambda: 1 // 0))


def test_a_call_that_waits_for_nothing_ends_with_an_error() -> None:
    with pytest.raises(ClockStuck):
        run(asyncio.Event().wait())


def test_the_clock_shows_the_pinned_day() -> None:
    async def look() -> tuple[dt.datetime, float]:
        clock = VirtualClock(dt.datetime(2021, 3, 5, 23, 59, 30))
        await clock.sleep(45)
        return clock.now(), clock.monotonic()

    assert run(look()) == (dt.datetime(2021, 3, 6, 0, 0, 15), 45.0)


async def test_it_is_not_taken_for_another_loop() -> None:
    with pytest.raises(RuntimeError, match="VirtualTimeLoop"):
        virtual_loop()
