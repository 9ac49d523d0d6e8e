"""The catalogue out of the database and into it: all of an import or nothing.

Nothing is ever deleted: bookings and sessions go on naming what they named. What
an import no longer has is retired, which takes it out of every list and closes
its coming sessions; that is refused while somebody is booked there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.catalogue.changes import Action, Change, changes
from booking_client.catalogue.entries import Catalogue
from booking_client.model import (
    BookingRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.sql.catalogue_writing import CatalogueWriter
from booking_client.sql.database import Database
from booking_client.sql.stored_catalogue import StoredCatalogue
from booking_client.types import BookingStatus

IMPORT_SECONDS = 120.0  # a database for imports is opened with it: one is one transaction


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that cannot be retired, because somebody is booked there."""

    change: Change
    bookings: int
    first: dt.date

    def __str__(self) -> str:
        there = "1 coming booking" if self.bookings == 1 else f"{self.bookings} coming bookings"
        name = "/".join(self.change.path)
        return f"{self.change.kind.value} {name} has {there}, the first on {self.first}"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import changes, and what stands against it; with an obstacle nothing is done."""

    changes: Sequence[Change]
    obstacles: Sequence[Obstacle]


class ImportRefused(Exception):
    """The import was not done, nothing is changed; says why."""


async def export_catalogue(database: Database, hospital: str | None = None) -> Catalogue:
    """The whole catalogue, or one hospital's. Raises CoreUnavailable."""
    async with database.reading() as connection:
        return (await StoredCatalogue.read(connection)).catalogue(hospital)


async def plan_import(database: Database, new: Catalogue, today: dt.date) -> ImportPlan:
    """What importing `new` would change; changes nothing. Raises CoreUnavailable."""
    async with database.reading() as connection:
        return await _plan(connection, await StoredCatalogue.read(connection), new, today)


async def apply_import(
    database: Database, new: Catalogue, today: dt.date, expected: ImportPlan
) -> None:
    """Do what `expected` (of `plan_import`) says, in one transaction.

    Raises ImportRefused, with nothing changed, when there is an obstacle or the
    catalogue is no longer as it was when the plan was made. Raises CoreUnavailable.
    """
    async with database.alone() as connection:
        stored = await StoredCatalogue.read(connection)
        if changes(stored.catalogue(None), new) != expected.changes:
            raise ImportRefused("the catalogue has changed meanwhile: look at the changes again")
        retired = stored.retired_by(new)
        # First closed, then counted: a confirmation under way is waited for, and counts.
        for column, ids in retired.items():
            await _close_sessions(connection, column, ids, today)
        plan = await _plan(connection, stored, new, today)
        if plan.obstacles:
            raise ImportRefused("; ".join(map(str, plan.obstacles)))
        await CatalogueWriter(connection, stored, today).write(new)


async def _plan(
    connection: AsyncConnection, stored: StoredCatalogue, new: Catalogue, today: dt.date
) -> ImportPlan:
    found = changes(stored.catalogue(None), new)
    obstacles = []
    for change in found:
        if change.action is Action.RETIRE:
            column, row_id = stored.id_of(change)
            rows = await connection.execute(
                select(func.count().label("bookings"), func.min(BookingRow.date).label("first"))
                .join(SlotRow, SlotRow.id == BookingRow.slot_id)
                .join(SessionRow, SessionRow.id == SlotRow.session_id)
                .where(
                    column == row_id,
                    SessionRow.date >= today,
                    BookingRow.status == BookingStatus.BOOKED.value,
                )
            )
            count = rows.one()
            if count.bookings:
                obstacles.append(Obstacle(change, count.bookings, count.first))
    return ImportPlan(found, obstacles)


async def _close_sessions(
    connection: AsyncConnection, column: Any, ids: Sequence[int], today: dt.date
) -> None:
    if ids:
        await connection.execute(
            update(SessionRow)
            .where(
                column == bindparam("named"),
                SessionRow.date >= today,
                SessionRow.status == SessionStatus.OPEN.value,
            )
            .values(status=SessionStatus.CLOSED.value)
            .execution_options(synchronize_session=False),
            [{"named": row_id} for row_id in ids],
        )
