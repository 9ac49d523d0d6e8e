"""Recorded turns from the call log, and what their callers meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select

from booking_client.sql.database import Database, open_database
from dialogs.outcomes import Outcome
from grammars.meaning import PRIVATE_SLOTS, Hypothesis, Slot
from ivr.aliases.trial import RecordedTurn
from ivr.call_log.migrations import upgrade as call_log
from ivr.call_log.model import CallRow, TurnRow
from ivr.reviews.migrations import upgrade as reviews
from ivr.reviews.model import MarkRow

PIECE_SECONDS = 60.0  # for one piece of the log
_CHUNK = 2000
# What is heard there is masked, or is free speech.
_NOT_TRIED = PRIVATE_SLOTS | {Slot.STATEMENT, Slot.NAME}
_SETTLED = frozenset({Outcome.BOOKED, Outcome.CHANGED})


async def open_log(url: str) -> Database:
    """The database of the call log and of the reviews, both brought up to date. Raises
    CoreUnavailable, ValueError."""
    database = open_database(url, PIECE_SECONDS)
    try:
        for schema in (call_log.SCHEMA, reviews.SCHEMA):
            await schema.upgrade_at(url, database)
    except BaseException:
        await database.close()
        raise
    return database


async def recorded_turns(database: Database, most: int) -> AsyncIterator[Sequence[RecordedTurn]]:
    """The newest `most` turns in which words were heard, in pieces. Raises CoreUnavailable."""
    below: int | None = None
    left = most
    while left > 0:
        query = (
            select(TurnRow.id, TurnRow.number, TurnRow.expected, TurnRow.heard, TurnRow.started_at)
            .add_columns(CallRow.call_id)
            .join(CallRow, TurnRow.call == CallRow.id)
            .where(TurnRow.expected.not_in(sorted(_NOT_TRIED)))
            .order_by(TurnRow.id.desc())
            .limit(min(_CHUNK, left))
        )
        if below is not None:
            query = query.where(TurnRow.id < below)
        async with database.reading() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return
        below, left = rows[-1].id, left - len(rows)
        yield [
            RecordedTurn(
                row.call_id,
                row.number,
                row.started_at.date(),
                Slot(row.expected),
                tuple(Hypothesis(entry["text"], entry["confidence"]) for entry in row.heard),
            )
            for row in rows
            if row.heard
        ]


async def count_turns(database: Database) -> int:
    """About how many `recorded_turns` there are."""
    async with database.reading() as connection:
        return await connection.scalar(select(func.max(TurnRow.id))) or 0


async def names_meant(
    database: Database, slot: Slot, call_ids: Collection[str], names: Collection[str]
) -> Mapping[str, str]:
    """Call -> the name of `slot` that the caller agreed to: that of the last search for free
    places in a call that ended in a booking. Raises CoreUnavailable."""
    found: dict[str, str] = {}
    ids = sorted(call_ids)
    for first in range(0, len(ids), _CHUNK):
        query = (
            select(CallRow.call_id, TurnRow.decided)
            .join(TurnRow, TurnRow.call == CallRow.id)
            .where(
                CallRow.call_id.in_(ids[first : first + _CHUNK]),
                CallRow.outcome.in_(sorted(_SETTLED)),
            )
            .order_by(CallRow.id, TurnRow.number)
        )
        async with database.reading() as connection:
            for row in await connection.execute(query):
                searched = _searched(row.decided, slot)
                if searched in names:
                    found[row.call_id] = searched
    return found


async def words_of_reviewers(
    database: Database, call_ids: Collection[str]
) -> Mapping[tuple[str, int], str]:
    """(call, turn) -> what the caller really said, where a reviewer has written it. Raises
    CoreUnavailable."""
    found: dict[tuple[str, int], str] = {}
    ids = sorted(call_ids)
    for first in range(0, len(ids), _CHUNK):
        query = select(MarkRow.call_id, MarkRow.turn, MarkRow.right_text).where(
            MarkRow.call_id.in_(ids[first : first + _CHUNK]), MarkRow.right_text != ""
        )
        async with database.reading() as connection:
            for row in await connection.execute(query):
                found[row.call_id, row.turn] = row.right_text
    return found


def _searched(decided: Iterable[str], slot: Slot) -> str:
    """`find_sessions PURPOSE HOSPITAL DEPARTMENT ...`: see ivr.call_log.summaries."""
    place = 2 if slot is Slot.HOSPITAL else 3
    for line in reversed(list(decided)):
        words = line.split(" ")
        if words[0] == "find_sessions" and len(words) > place:
            return words[place]
    return ""
