"""The service on a port, until it is told to stop."""

from __future__ import annotations

import datetime as dt
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from booking_client.sql.core import SqlBookingCore
from booking_service.app import build_app

# A connection that is idle, or has not sent a whole header yet, is closed after this.
IDLE_SECONDS = 30.0
# What requests under way have when the service stops; a transaction of the core takes less.
SHUTDOWN_SECONDS = 10.0
# How long the rest of a body is thrown away that was answered before it had come.
LINGERING_SECONDS = 1.0


@asynccontextmanager
async def serving(
    core: SqlBookingCore,
    *,
    now: Callable[[], dt.datetime],
    monotonic: Callable[[], float] = time.monotonic,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port, which is a free one for `port` 0.

    At the end no new connection is taken and requests under way are answered.
    Raises OSError when it cannot listen.
    """
    runner = web.AppRunner(
        build_app(core, now=now, monotonic=monotonic),
        access_log=None,  # it would hold paths
        logger=_protocol_log(),
        handle_signals=False,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
        lingering_time=LINGERING_SECONDS,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _protocol_log() -> logging.Logger:
    """aiohttp's own complaints without the errors' texts: a broken request line is in one."""
    logger = logging.getLogger("booking_service.protocol")
    logger.filters = [_without_error_text]
    return logger


def _without_error_text(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    if kind is not None:
        record.msg, record.args = "a request was no HTTP: %s", (kind.__name__,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.exc_info = record.exc_text = None
    return True
