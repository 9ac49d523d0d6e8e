"""A word for a caller who waits for us: said when an answer takes long and nothing is heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from ivr.ports import Clock

LONGEST_QUIET = 2.0  # seconds


class Voice(Protocol):
    """The part of a Mouth that is waited for."""

    async def drained(self) -> None:
        """Returns once all that was said has been played, or the line is closed."""
        ...


class Filler:
    """One call. The silences of several questions that follow each other add up; the word comes
    once, until the caller has the turn again."""

    def __init__(self, clock: Clock, mouth: Voice, speak: Callable[[], None]) -> None:
        self._clock = clock
        self._mouth = mouth
        self._speak = speak
        self._quiet = 0.0
        self._spoken = False

    def callers_turn(self) -> None:
        """The wait is over."""
        self._quiet = 0.0
        self._spoken = False

    @contextlib.asynccontextmanager
    async def covering(self) -> AsyncIterator[None]:
        """Around a wait; leaving it ends the watch."""
        watch = asyncio.create_task(self._watch(), name="filler")
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait({watch})

    async def _watch(self) -> None:
        if self._spoken:
            return
        await self._mouth.drained()
        since = self._clock.monotonic()
        try:
            await self._clock.sleep(max(0.0, LONGEST_QUIET - self._quiet))
        finally:
            self._quiet += self._clock.monotonic() - since
        self._spoken = True
        self._speak()
