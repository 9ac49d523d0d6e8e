"""How many calls a month had, by the category of the bulletin, counted from the call log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from booking_client.month import Month
from booking_client.sql.database import Database
from dialogs.outcomes import Category
from ivr.call_log.model import CallRow
from ivr.call_log.records import DEMONSTRATION


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`by_category` has every category, in the bulletin's order. `without` counts the calls that
    have none: still open, or gone before a purpose was known. The `invented` ones of
    `ivr demo-data` are in neither."""

    by_category: Mapping[Category, int]
    without: int = 0
    invented: int = 0


async def calls_by_category(database: Database, month: Month) -> CallFigures:
    """The calls that came in during `month`. Raises CoreUnavailable."""
    invented = case((CallRow.version == DEMONSTRATION, 1), else_=0)
    query = (
        select(
            CallRow.category,
            func.count().label("calls"),
            func.sum(invented).label("invented"),
        )
        .where(CallRow.started_at >= month.begins, CallRow.started_at < month.next.begins)
        .group_by(CallRow.category)
    )
    async with database.reading() as connection:
        rows = (await connection.execute(query)).all()
    found = {row.category: row.calls - row.invented for row in rows}
    return CallFigures(
        {category: found.get(category.value, 0) for category in Category},
        found.get(None, 0),
        sum(row.invented for row in rows),
    )
