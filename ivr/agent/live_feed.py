"""The live feed: notices of all calls as JSON lines on a Unix socket, for whoever watches.

Watchers that read too slowly lose notices, never delay a call. The socket is
readable by its owner only (mode 0600); ID numbers in notices are masked before
they come here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

_GREETING = b"12320 live feed\n"
_MOST_BUFFERED = 1 << 20  # bytes a slow watcher may lag behind


class LiveFeed:
    """Server side; an Observer of every call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watchers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._watch, self._path)
        finally:
            os.umask(before)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._watchers):
                writer.close()
            self._server = None
            self._path.unlink(missing_ok=True)

    @property
    def watchers(self) -> int:
        """How many are watching now."""
        return len(self._watchers)

    async def _watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._watchers.add(writer)
        writer.write(_GREETING)
        try:
            await reader.read()  # a watcher says nothing; its end of file means it left
        except ConnectionError:
            pass
        finally:
            self._watchers.discard(writer)
            writer.close()

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        if not self._watchers:
            return
        line = json.dumps({"kind": kind, "call_id": call_id, **fields}, ensure_ascii=False)
        data = line.encode() + b"\n"
        for writer in tuple(self._watchers):
            if writer.is_closing():
                continue
            if writer.transport.get_write_buffer_size() < _MOST_BUFFERED:
                writer.write(data)


async def watch(
    path: Path, connected: asyncio.Event | None = None
) -> AsyncIterator[dict[str, object]]:
    """Notices as they happen, until the agent closes the feed; `connected` is set once none will
    be missed. Raises OSError if there is no feed."""
    reader, writer = await asyncio.open_unix_connection(path, limit=1 << 20)
    try:
        if await reader.readline() != _GREETING:
            raise OSError(f"{path} is no live feed")
        if connected is not None:
            connected.set()
        while line := await reader.readline():
            yield json.loads(line)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
