"""PostgreSQL through asyncpg. Writers run at READ COMMITTED and lock the rows that they decide on
(see `inventory.py` for their order); readers get one snapshot, read only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from booking_client.sql.engines import Engines

_POOL, _OVERFLOW = 8, 8
_CONNECT_SHARE = 1 / 2
# Any number that nobody else takes in this database: the hotline's.
_SET_UP_LOCK = 12320


def engines(url: URL, seconds: float, durable: bool) -> Engines:
    """The server's; it gives up what takes longer than `seconds`."""
    milliseconds = str(max(1, round(seconds * 1000)))
    writers = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=_POOL,
        max_overflow=_OVERFLOW,
        pool_timeout=seconds,
        connect_args={
            "timeout": seconds * _CONNECT_SHARE,
            "server_settings": {
                "application_name": "booking_client",
                "jit": "off",  # it costs more than it saves on statements of a millisecond
                # One plan a statement: making one takes longer than a question, and the server
                # made it each time for every statement whose LIMIT is a parameter.
                "plan_cache_mode": "force_generic_plan",
                # What a client that died or hung leaves behind ends here too.
                "statement_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
                # The server's own setting, unless the disk need not be waited for.
                **({} if durable else {"synchronous_commit": "off"}),
            },
        },
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error message must not carry what a caller said
    )
    event.listen(writers.sync_engine, "checkout", _refuse_closed)
    return Engines(
        askers=writers.execution_options(isolation_level="AUTOCOMMIT"),
        readers=writers.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ),
        writers=writers,
    )


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """A server that was restarted is not an outage: the pool opens another connection.

    The driver hears it when the server closes one. SQLAlchemy's `pool_pre_ping` would ask the
    server instead, three round trips before every transaction.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server has closed the connection")


async def wait_for_turn(connection: AsyncConnection) -> None:
    """Hold the set-up lock until the transaction ends."""
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({_SET_UP_LOCK})"))
