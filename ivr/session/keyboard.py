"""Lines typed at a terminal, or piped in, without holding up the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import TextIO


class Keyboard:
    """Reads `stream` (default: standard input) line by line; `tty` tells whether a person types.

    A terminal is read when it has a line, so that Ctrl-C ends a program that waits for one.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdin
        self.tty = self._stream.isatty()

    async def line(self) -> str:
        """The next line without its end. Raises EOFError at the end of input (Ctrl-D)."""
        if self.tty:
            await self._readable()
            # A terminal hands over one line at a time.
            text = os.read(self._stream.fileno(), 65536).decode(errors="replace")
        else:
            text = await asyncio.to_thread(self._stream.readline)
        if not text:
            raise EOFError
        return text.rstrip("\r\n")

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()

        def mark() -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(self._stream.fileno(), mark)
        try:
            await ready
        finally:
            with contextlib.suppress(ValueError):
                loop.remove_reader(self._stream.fileno())
