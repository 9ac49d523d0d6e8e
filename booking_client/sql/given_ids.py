"""Rows written with ids of one's own choice."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import Base


async def follow_given_ids(connection: AsyncConnection, table: type[Base]) -> None:
    """Let the next row without an id come after those that were given one.

    PostgreSQL counts on regardless of given ids; SQLite looks at the highest by itself.
    """
    if connection.dialect.name == "postgresql":
        name = table.__tablename__
        await connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
        )
