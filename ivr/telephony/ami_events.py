"""Events of the manager interface, and a bounded stream of them."""

from __future__ import annotations

import asyncio
import fnmatch
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """`fields` by lower-case header name. They hold numbers of callers, so they are not shown."""

    name: str
    fields: Mapping[str, str] = field(repr=False)

    def get(self, header: str, default: str = "") -> str:
        """A header by its name in any case."""
        return self.fields.get(header.lower(), default)


class AmiEvents:
    """The events that were subscribed to, in order; iteration ends at close().

    `dropped` counts the oldest events lost because nobody read.
    """

    def __init__(
        self, patterns: tuple[str, ...], unread: int, on_close: Callable[[AmiEvents], object]
    ) -> None:
        self._patterns = patterns
        self._queue: deque[AmiEvent] = deque()
        self._unread = unread
        self._on_close = on_close
        self._news = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def offer(self, event: AmiEvent) -> None:
        """Keep the event if a pattern names it (called by the client)."""
        if self._closed or not any(fnmatch.fnmatchcase(event.name, p) for p in self._patterns):
            return
        if len(self._queue) >= self._unread:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append(event)
        self._news.set()

    def close(self) -> None:
        self._closed = True
        self._news.set()
        self._on_close(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AmiEvent:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._queue.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
