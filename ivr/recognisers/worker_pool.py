"""Threads for recognition, with a bound on how much work may wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from ivr.ports import RecogniserError
from ivr.recognisers.behind_the_sound import step_back

Result = TypeVar("Result")

CLOSE_SECONDS = 10.0


class WorkerPool:
    """`workers` threads; at most `waiting` further jobs queue for them.

    The engines release the GIL while they work, and the threads are of low priority, so the event
    loop runs on. A job
    that has begun cannot be stopped, only its result dropped; it counts against the
    bound until it ends, so a stuck engine cannot collect work without limit.
    """

    def __init__(self, name: str, workers: int, waiting: int) -> None:
        self.name = name
        self.capacity = workers + waiting
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix=name, initializer=step_back)
        self._lock = Lock()
        self._jobs = 0

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Queue `work`. Raises RecogniserError when the bound is reached or the pool is closed."""
        with self._lock:
            if self._jobs >= self.capacity:
                raise RecogniserError(f"{self.name}: {self._jobs} utterances wait already")
            self._jobs += 1
        try:
            job = self._executor.submit(work)
        except RuntimeError as error:
            self._done()
            raise RecogniserError(f"{self.name}: closed") from error
        job.add_done_callback(lambda _: self._done())
        return job

    async def result(self, job: Future[Result], seconds: float) -> Result:
        """Wait for `job`, at most `seconds`; several may wait for the same one.

        Cancelling the wait leaves the job to its other waiters; its owner cancels it.
        Raises RecogniserError when it fails, is cancelled or takes too long.
        """
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(asyncio.wrap_future(job))
        except TimeoutError as error:
            job.cancel()
            raise RecogniserError(f"{self.name}: no result within {seconds:.1f} s") from error
        except asyncio.CancelledError:
            if job.cancelled():
                raise RecogniserError(f"{self.name}: the utterance was dropped") from None
            raise
        except RecogniserError:
            raise
        except Exception as error:
            # The type only: an engine's message might quote what it was decoding.
            raise RecogniserError(f"{self.name}: {type(error).__name__}") from error

    async def aclose(self) -> None:
        """Drop what waits and see the running jobs out, at most 10 s."""
        closing = asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await closing
        except TimeoutError:
            return

    def _done(self) -> None:
        with self._lock:
            self._jobs -= 1
