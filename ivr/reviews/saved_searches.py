"""Searches that an account has kept under a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.reviews.model import LONGEST_NAME, SavedSearchRow
from ivr.reviews.reviews import ReviewRefused

MOST_SEARCHES = 30  # of an account

Filters = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class SavedSearch:
    number: int
    name: str
    filters: Filters


class SavedSearches:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, owner: str) -> tuple[SavedSearch, ...]:
        """By name."""
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(SavedSearchRow.id, SavedSearchRow.name, SavedSearchRow.filters)
                .where(SavedSearchRow.owner == owner)
                .order_by(SavedSearchRow.name)
            )
            return tuple(SavedSearch(row.id, row.name, row.filters) for row in rows)

    async def keep(self, owner: str, name: str, filters: Filters, at: dt.datetime) -> None:
        """One of the same name is replaced. Raises ReviewRefused."""
        name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
        if not name:
            raise ReviewRefused("empty")
        if len(name) > LONGEST_NAME:
            raise ReviewRefused("too_long")
        values = {"filters": dict(filters), "at": at}

        async def work(connection: AsyncConnection) -> None:
            changed = await connection.execute(
                update(SavedSearchRow)
                .where(SavedSearchRow.owner == owner, SavedSearchRow.name == name)
                .values(values)
            )
            if changed.rowcount:
                return
            kept = await connection.scalar(
                select(func.count())
                .select_from(SavedSearchRow)
                .where(SavedSearchRow.owner == owner)
            )
            if (kept or 0) >= MOST_SEARCHES:
                raise ReviewRefused("too_many_searches")
            await connection.execute(
                insert(SavedSearchRow).values(owner=owner, name=name, **values)
            )

        await self._database.write(work)

    async def drop(self, owner: str, number: int) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(SavedSearchRow).where(
                    SavedSearchRow.owner == owner, SavedSearchRow.id == number
                )
            )

        await self._database.write(work)
