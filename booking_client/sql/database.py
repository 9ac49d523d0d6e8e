"""A database: how it is opened, how a transaction begins, and how long anything may take.

SQLite: WAL, so that readers never wait; `BEGIN IMMEDIATE` for every
transaction that writes, because a deferred one can fail with BUSY at its first
write whatever the busy timeout says; `synchronous=FULL`, so that a booking that
was spoken survives a power cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError

OPERATION_SECONDS = 6.0
# The share of an operation's time that a write may wait for another process's.
_BUSY_SHARE = 2 / 3
_WRITES = "booking_writes"


class Database:
    """One open database. `reading()` and `writing()` are its only transactions."""

    def __init__(self, engine: AsyncEngine, seconds: float) -> None:
        self._readers = engine
        self._writers = engine.execution_options(**{_WRITES: True})
        self._seconds = seconds
        # SQLite has one writer: waiting here is fair, waiting in its busy handler is not.
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads: one consistent view. Raises CoreUnavailable."""
        async with self._bounded(), self._readers.begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: committed at the end, undone by any exception.

        Raises CoreUnavailable; the outcome is then unknown.
        """
        async with self._bounded(), self._turn, self._writers.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self._readers.dispose()

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError as error:
            raise CoreUnavailable(f"no answer within {self._seconds:g} s") from error
        except (SQLAlchemyError, DataKeyError) as error:
            raise CoreUnavailable(str(error).splitlines()[0]) from error


def sqlite_path(url: str) -> Path | None:
    """The file that a database URL names; None for a database in memory.

    Raises ValueError for anything but `sqlite:///path` and `sqlite://`.
    """
    parsed = _sqlite_url(url)
    return None if parsed.database is None else Path(parsed.database)


def open_database(url: str, seconds: float = OPERATION_SECONDS) -> Database:
    """Open without touching the file yet; `seconds` bounds every transaction."""
    parsed = _sqlite_url(url).set(drivername="sqlite+aiosqlite")
    in_memory = parsed.database is None
    engine = create_async_engine(
        parsed,
        poolclass=AsyncAdaptedQueuePool,
        # A database in memory lives in its one connection: transactions take turns on it.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 5,
        pool_timeout=seconds,
        connect_args={"timeout": seconds * _BUSY_SHARE},
        hide_parameters=True,  # an error message must not carry what a caller said
    )
    event.listen(engine.sync_engine, "connect", _prepare_connection)
    event.listen(engine.sync_engine, "begin", _begin)
    return Database(engine, seconds)


def _sqlite_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"not a database URL: {_without_password(url)}") from None
    if parsed.drivername != "sqlite" or parsed.host:
        raise ValueError(
            f"the booking core does not know {parsed.render_as_string()}:"
            " use sqlite:///path/to/file, or sqlite:// for a database in memory"
        )
    return parsed.set(database=None) if parsed.database == ":memory:" else parsed


def _without_password(url: str) -> str:
    return url if "@" not in url else "***@" + url.rpartition("@")[2]


def _prepare_connection(connection: Any, _record: object) -> None:
    # No implicit transactions by the driver: `_begin` says BEGIN.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
