"""The pages on a port, for as long as the agent runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

IDLE_SECONDS = 30.0
SHUTDOWN_SECONDS = 3.0


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port, a free one for `port` 0. Raises OSError."""
    runner = web.AppRunner(
        app,
        access_log=None,  # it would hold paths
        logger=logging.getLogger("ivr.web.protocol"),
        handle_signals=False,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
