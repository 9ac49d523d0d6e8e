"""How the call log's database is opened: the booking core's file, with bounded waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 1.5  # a write waits so long for another process's
_WRITES = "call_log_writes"


def open_engine(url: str) -> Engine:
    """The engine for reading; see `writing`. Creates the folder of an SQLite file.

    Raises SQLAlchemyError, ImportError (no driver) or OSError.
    """
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    in_memory = sqlite and parsed.database in (None, "", ":memory:")
    # A database in memory lives in its one connection.
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 1}
    if sqlite:
        options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        if parsed.database and not in_memory:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # An error message must not carry what a caller said.
    engine = create_engine(parsed, hide_parameters=True, **options)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    return engine.execution_options(**{_WRITES: True})


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # no implicit transactions by the driver
    cursor = connection.cursor()
    # NORMAL outlives a killed process; what a power cut may cost is the last turns of a log.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction can fail with BUSY at its first write, whatever the timeout says.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
