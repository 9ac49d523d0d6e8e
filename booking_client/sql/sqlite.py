"""SQLite: WAL, so that readers never wait; `BEGIN IMMEDIATE` for every transaction that writes,
because a deferred one can fail with BUSY at its first write whatever the busy timeout says;
`synchronous=FULL`, so that a booking that was spoken survives a power cut.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from booking_client.sql.engines import Engines

# The share of an operation's time that a write may wait for another process's.
_BUSY_SHARE = 2 / 3
_BEGIN = "booking_begin"  # how a transaction begins; None: not at all

# At DEBUG aiosqlite logs every statement with its parameters, whatever they are.
logging.getLogger("aiosqlite").setLevel(logging.INFO)


def engines(url: URL, seconds: float, durable: bool) -> Engines:
    """The file's; a writer waits for another process's at most a part of `seconds`."""
    in_memory = url.database is None
    readers = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        poolclass=AsyncAdaptedQueuePool,
        # A database in memory lives in its one connection: transactions take turns on it.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 5,
        pool_timeout=seconds,
        connect_args={"timeout": seconds * _BUSY_SHARE},
        hide_parameters=True,  # an error message must not carry what a caller said
    )
    prepare = _prepare_durable if durable else _prepare_quick
    event.listen(readers.sync_engine, "connect", prepare)
    event.listen(readers.sync_engine, "begin", _begin)
    return Engines(
        askers=readers.execution_options(**{_BEGIN: None}),
        readers=readers,
        writers=readers.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}),
    )


def _prepare_durable(connection: Any, _record: object) -> None:
    _prepare(connection, "FULL")


def _prepare_quick(connection: Any, _record: object) -> None:
    _prepare(connection, "NORMAL")


def _prepare(connection: Any, synchronous: str) -> None:
    # No implicit transactions by the driver: `_begin` says BEGIN.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin == "BEGIN":
        # Straight to the driver, as nothing can refuse a reader: through SQLAlchemy a statement
        # waits three times for the driver's thread.
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(lambda driver: driver.execute(begin))
    elif begin is not None:
        connection.exec_driver_sql(begin)
