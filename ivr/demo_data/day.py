"""A day of invented calls in the call log: more calls than conversations, each at its own time.

Every call is one of the conversations with other confidences, times and number; its turns say
the same words. All have DEMONSTRATION as their version, by which pages label them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_log.records import DEMONSTRATION
from ivr.call_log.rows import turn_columns
from ivr.call_search.index import forget
from ivr.demo_data.callers import spread
from ivr.demo_data.conversations import InventedCall

CALLS = 2000
_FEWEST_CONVERSATIONS = 40
_CALLS_A_CONVERSATION = 8
_CHUNK = 200
_RING_SECONDS = 3.0

Row = dict[str, Any]


def conversations_for(calls: int) -> int:
    """How many different conversations make up a day of `calls`."""
    return min(calls, max(_FEWEST_CONVERSATIONS, calls // _CALLS_A_CONVERSATION))


def day_rows(
    seed: int, day: dt.date, calls: int, conversations: Sequence[InventedCall]
) -> Iterator[tuple[Row, list[Row]]]:
    """Each call's row with those of its turns, in the order in which the calls came in."""
    chance = random.Random(f"demo-data/{seed}/{day}")
    for number, started in enumerate(spread(chance, day, calls), 1):
        # Every conversation at least once, wherever there are calls enough.
        index = number - 1 if number <= len(conversations) else chance.randrange(len(conversations))
        call = conversations[index]
        tail = f"{chance.randrange(10_000):04}"
        answered = started + dt.timedelta(seconds=_RING_SECONDS)
        moved = answered - call.began
        yield (
            {
                "call_id": str(uuid5(NAMESPACE_OID, f"12320/demo-data/{seed}/{day}/{number}")),
                "caller_last_four": "" if chance.random() < 0.03 else tail,
                "started_at": started,
                "answered_at": answered,
                "ended_at": call.ended + moved,
                "outcome": call.conclusion.outcome.value,
                "category": call.conclusion.category.value,
                "reason": call.conclusion.reason.value,
                "recording": "",
                "recogniser": "invented",
                "voice": "invented",
                "version": DEMONSTRATION,
                "agent": DEMONSTRATION,
            },
            [_turn_row(turn_columns(turn), turn.number, moved, chance) for turn in call.turns],
        )


def _turn_row(columns: Row, number: int, moved: dt.timedelta, chance: random.Random) -> Row:
    sure = chance.uniform(0.9, 1.0)
    slow = chance.lognormvariate(0.0, 0.25)
    return columns | {
        "number": number,
        "started_at": columns["started_at"] + moved,
        "ended_at": columns["ended_at"] + moved,
        "heard": [
            {"text": entry["text"], "confidence": round(entry["confidence"] * sure, 4)}
            for entry in columns["heard"]
        ],
        "timings": {hop: round(seconds * slow, 4) for hop, seconds in columns["timings"].items()},
    }


async def write_day(
    database: Database,
    rows: Iterator[tuple[Row, list[Row]]],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the calls that are not there yet; returns how many. The call log's tables are in
    `database`. Raises CoreUnavailable."""
    written = done = 0
    while part := list(islice(rows, _CHUNK)):

        async def write(
            connection: AsyncConnection, part: list[tuple[Row, list[Row]]] = part
        ) -> int:
            return await _write(connection, part)

        written += await database.write(write)
        done += len(part)
        progress(done)
    return written


async def _write(connection: AsyncConnection, part: list[tuple[Row, list[Row]]]) -> int:
    ids = [call["call_id"] for call, _ in part]
    query = select(CallRow.id, CallRow.call_id).where(CallRow.call_id.in_(ids))
    there = {row.call_id for row in await connection.execute(query)}
    new = [(call, turns) for call, turns in part if call["call_id"] not in there]
    if not new:
        return 0
    await connection.execute(insert(CallRow), [call for call, _ in new])
    places = {row.call_id: row.id for row in await connection.execute(query)}
    turns = [
        turn | {"call": places[call["call_id"]]} for call, its_turns in new for turn in its_turns
    ]
    if turns:
        await connection.execute(insert(TurnRow), turns)
    return len(new)


async def remove_days(database: Database) -> list[str]:
    """Take every invented call out of the log and out of the search, whose tables are in
    `database`; returns the recording of each, empty for a call without. Raises CoreUnavailable."""

    async def work(connection: AsyncConnection) -> list[str]:
        invented = CallRow.version == DEMONSTRATION
        rows = await connection.execute(select(CallRow.id, CallRow.recording).where(invented))
        found = {row.id: row.recording for row in rows}
        await forget(connection, found)
        numbers = select(CallRow.id).where(invented)
        await connection.execute(delete(TurnRow).where(TurnRow.call.in_(numbers)))
        await connection.execute(delete(CallRow).where(invented))
        return list(found.values())

    return await database.write(work)
