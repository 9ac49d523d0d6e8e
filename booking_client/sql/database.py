"""A database: how it is opened, how its transactions run, and how long anything may take.

What SQLite and PostgreSQL do differently is in `sqlite.py` and `postgresql.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql import postgresql, sqlite
from booking_client.sql.engines import Engines

OPERATION_SECONDS = 6.0
# A transaction that loses a race is run again; each time somebody else has got on.
_ATTEMPTS = 8
_SERIALIZATION_FAILURE, _DEADLOCK = "40001", "40P01"
_DATA_EXCEPTION = "22"  # a whole class of SQLSTATE

Result = TypeVar("Result")


class _RaceLost(CoreUnavailable):
    """The transaction was undone because another one came first: run it again."""


class Database:
    """One open database. `reading()`, `writing()` and `alone()` are its only transactions."""

    def __init__(self, engines: Engines, seconds: float) -> None:
        readers, writers = engines.readers, engines.writers
        self._askers = engines.askers
        self._readers = readers
        self._writers = writers
        self._seconds = seconds
        self.dialect = readers.dialect.name  # "sqlite" or "postgresql"
        # SQLite has one writer: waiting here is fair, waiting in its busy handler is not.
        self._turn: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        )

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """For statements that only read, each with a view of its own: no transaction, so nothing is
        sent but the statement. Raises CoreUnavailable."""
        async with self._bounded(), self._askers.connect() as connection:
            yield connection

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

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """`writing()`, one at a time over all processes: for set-up, never for bookings."""
        async with self.writing() as connection:
            if self.dialect == "postgresql":
                await postgresql.wait_for_turn(connection)
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """`work` in one writing transaction, run again whenever it loses a race.

        So `work` must have no effect but through its connection. A unique index
        that stands behind a check counts as a lost race: the second run sees
        what the first could not. Raises as `writing()`.
        """
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(_ATTEMPTS - 1):
                    try:
                        async with self.writing() as connection:
                            return await work(connection)
                    except _RaceLost:
                        continue
                async with self.writing() as connection:
                    return await work(connection)
        except TimeoutError as error:
            raise CoreUnavailable(f"no answer within {self._seconds:g} s") from error

    async def close(self) -> None:
        await self._readers.dispose()

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError as error:
            raise CoreUnavailable(f"no answer within {self._seconds:g} s") from error
        except (SQLAlchemyError, DataKeyError, OSError) as error:
            if _sqlstate(error).startswith(_DATA_EXCEPTION):
                # Such an error quotes the value, which a caller may have said.
                raise CoreUnavailable("the database does not take a value") from None
            kind = _RaceLost if _is_lost_race(error) else CoreUnavailable
            raise kind(str(error).splitlines()[0]) from error


def sqlite_path(url: str) -> Path | None:
    """The file that a database URL names; None for a server and for a database in memory.

    Raises ValueError for anything but `sqlite:///path`, `sqlite://` and `postgresql://...`.
    """
    parsed = _known(url)
    if parsed.drivername != "sqlite" or parsed.database is None:
        return None
    return Path(parsed.database)


def require_database_file(url: str) -> None:
    """Raises CoreUnavailable where `url` names an SQLite file that is not there, which opening it
    would make; ValueError as `sqlite_path`."""
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        raise CoreUnavailable(f"there is no database file {path}: migrate it first")


def is_in_memory(url: str) -> bool:
    """Whether the database lives and dies with its one connection. Raises as `sqlite_path`."""
    parsed = _known(url)
    return parsed.drivername == "sqlite" and parsed.database is None


def open_database(
    url: str, seconds: float = OPERATION_SECONDS, *, durable: bool = True
) -> Database:
    """Open without connecting yet; `seconds` bounds every transaction. Raises ValueError.

    Without `durable` a commit does not wait for the disk: it outlives a killed
    process, but a power cut may cost the last of them. For logs, never for bookings.
    """
    parsed = _known(url)
    engines = sqlite.engines if parsed.drivername == "sqlite" else postgresql.engines
    return Database(engines(parsed, seconds, durable), seconds)


def _known(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"not a database URL: {_without_password(url)}") from None
    if parsed.drivername == "postgresql" and parsed.database:
        return parsed
    if parsed.drivername != "sqlite" or parsed.host:
        raise ValueError(
            f"the booking core does not know {parsed.render_as_string()}:"
            " use sqlite:///path/to/file, sqlite:// for a database in memory,"
            " or postgresql://user:password@host/database"
        )
    return parsed.set(database=None) if parsed.database == ":memory:" else parsed


def _without_password(url: str) -> str:
    return url if "@" not in url else "***@" + url.rpartition("@")[2]


def _is_lost_race(error: Exception) -> bool:
    if isinstance(error, IntegrityError):
        return "unique" in str(error.orig).lower()
    return _sqlstate(error) in (_SERIALIZATION_FAILURE, _DEADLOCK)


def _sqlstate(error: Exception) -> str:
    """PostgreSQL's code of what went wrong; SQLite has none."""
    return getattr(error.orig, "sqlstate", None) or "" if isinstance(error, DBAPIError) else ""
