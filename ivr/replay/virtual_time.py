"""An event loop whose clock jumps: a call of two minutes takes seconds and always the same.

`loop.time()` is virtual. While a callback is ready it stands still; when nothing is
ready it jumps to the next timer, so timers, `asyncio.sleep` and `asyncio.timeout` of
the session's own code run unchanged and as fast as the machine can. Work outside the
loop takes no virtual time by itself:

- what is given to an executor (`asyncio.to_thread`) runs on the spot, in the loop's thread;
- what waits for another thread is put inside `with loop.outside_work():`, and the clock
  stands still until it is done. Whoever does that says how long it is to have
  taken with a sleep (ivr.replay.charges).

So neither the machine's speed nor its load can change what happens, or in which order.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import selectors
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVarTuple

Args = TypeVarTuple("Args")

STUCK_SECONDS = 120.0
"""Real seconds for one piece of work outside the loop; a recognition takes tenths of one."""


class ClockStuck(RuntimeError):
    """Nothing can happen any more: no timer is left, or work outside the loop does not end."""


class _JumpingSelector(selectors.BaseSelector):
    """Instead of waiting for the next timer it moves `now` there."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.now = 0.0
        self.outside = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self.outside:
            ready = self._real.select(STUCK_SECONDS)
            if not ready:
                raise ClockStuck(f"work outside the loop took over {STUCK_SECONDS:.0f} s")
            return ready
        if timeout is None:
            raise ClockStuck("every task waits for something that no timer will bring")
        self.now += timeout
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Begins at 0 s. For `asyncio.Runner(loop_factory=VirtualTimeLoop)`."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    @contextlib.contextmanager
    def outside_work(self) -> Iterator[None]:
        """The clock stands still inside the block, which awaits another thread."""
        self._jumping.outside += 1
        try:
            yield
        finally:
            self._jumping.outside -= 1

    def run_in_executor(
        self, executor: Any, func: Callable[[*Args], Any], *args: *Args
    ) -> asyncio.Future[Any]:
        """Run `func` now; the loop has nothing else to do meanwhile."""
        del executor
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def virtual_loop() -> VirtualTimeLoop:
    """The running loop. Raises RuntimeError where it is another kind."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualTimeLoop):
        raise RuntimeError("this runs on a VirtualTimeLoop only")
    return loop


class VirtualClock:
    """ivr.ports.Clock on the running VirtualTimeLoop; it was `start` when the loop began."""

    def __init__(self, start: dt.datetime) -> None:
        self._start = start
        self._loop = virtual_loop()

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
