"""A month of invented calls in the call log, as many of each category as the bulletin has.

`data/hotline_calls_2021-02.csv` is the hotline's table of the bulletin of February
2021, unchanged. The calls have no caller, no turns and no recording.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.month import Month
from booking_client.sql.database import Database
from datafiles import DataFileError, load_csv
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log.model import CallRow

DATA = Path(__file__).parent / "data"
_CHUNK = 2000
_SHORTEST, _LONGEST = 40, 300  # seconds of a call
_OUTCOMES: Mapping[Category, tuple[Outcome, Reason]] = {
    Category.CONSULTATION: (Outcome.ANSWERED, Reason.COMPLETED),
    Category.COMPLAINT: (Outcome.TRANSFERRED, Reason.NOT_HANDLED),
    Category.BOOKING: (Outcome.BOOKED, Reason.COMPLETED),
    Category.CRISIS: (Outcome.TRANSFERRED, Reason.CRISIS),
    Category.SURVEY: (Outcome.ANSWERED, Reason.COMPLETED),
    Category.VOICE_ANSWERS: (Outcome.ANSWERED, Reason.COMPLETED),
}


class _CallsLine(BaseModel):
    """A line of the bulletin: a category, their total, or a source of work orders."""

    model_config = ConfigDict(extra="forbid")

    category: str
    count: int = Field(ge=0)


def load_calls(month: Month, folder: Path = DATA) -> dict[Category, int]:
    """The bulletin's calls by category. Raises DataFileError, also when there is no bulletin."""
    path = folder / f"hotline_calls_{month}.csv"
    counts = {line.category: line.count for line in load_csv(path, _CallsLine)}
    missing = [category.value for category in Category if category.value not in counts]
    if missing:
        raise DataFileError(path, 0, "category", f"{missing[0]} is missing")
    return {category: counts[category.value] for category in Category}


async def write_calls(
    database: Database,
    month: Month,
    counts: Mapping[Category, int],
    *,
    seed: str,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the calls that are not there yet; returns how many. The call log's tables are in
    `database`. Raises CoreUnavailable."""
    rows = _rows(month, counts, seed)
    written = done = 0
    while part := list(islice(rows, _CHUNK)):

        async def write(connection: AsyncConnection, part: list[dict[str, Any]] = part) -> int:
            found = await connection.execute(
                select(CallRow.call_id).where(CallRow.call_id.in_([row["call_id"] for row in part]))
            )
            there = set(found.scalars())
            new = [row for row in part if row["call_id"] not in there]
            if new:
                await connection.execute(insert(CallRow), new)
            return len(new)

        written += await database.write(write)
        done += len(part)
        progress(done)
    return written


def _rows(month: Month, counts: Mapping[Category, int], seed: str) -> Iterator[dict[str, Any]]:
    chance = random.Random(f"{seed}/{month}/calls")
    seconds = int((month.next.begins - month.begins).total_seconds())
    number = 0
    for category, count in counts.items():
        outcome, reason = _OUTCOMES[category]
        for _ in range(count):
            number += 1
            started = month.begins + dt.timedelta(seconds=chance.randrange(seconds))
            length = chance.randint(_SHORTEST, _LONGEST)
            yield {
                "call_id": f"month-{month}-{number:07}",
                "caller_last_four": "",
                "started_at": started,
                "answered_at": started + dt.timedelta(seconds=3),
                "ended_at": started + dt.timedelta(seconds=3 + length),
                "outcome": outcome.value,
                "category": category.value,
                "reason": reason.value,
                "recording": "",
                "recogniser": "",
                "voice": "",
                "version": "",
            }
