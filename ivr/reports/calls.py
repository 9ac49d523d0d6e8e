"""How many calls a month had, by the category of the bulletin, counted from the call log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from booking_client.month import Month
from booking_client.sql.database import Database
from dialogs.outcomes import Category
from ivr.call_log.model import CallRow


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`by_category` has every category, in the bulletin's order. `without` counts the calls that
    have none: still open, or gone before a purpose was known."""

    by_category: Mapping[Category, int]
    without: int = 0


async def calls_by_category(database: Database, month: Month) -> CallFigures:
    """The calls that came in during `month`. Raises CoreUnavailable."""
    async with database.reading() as connection:
        rows = await connection.execute(
            select(CallRow.category, func.count().label("calls"))
            .where(CallRow.started_at >= month.begins, CallRow.started_at < month.next.begins)
            .group_by(CallRow.category)
        )
        found = {row.category: row.calls for row in rows}
    return CallFigures(
        {category: found.get(category.value, 0) for category in Category}, found.get(None, 0)
    )
