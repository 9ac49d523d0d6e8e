"""Writes the index: calls that are over and not in it yet, and what reviewers add to one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Session, selectinload

from booking_client.sql.database import Database
from ivr.call_log.model import CallRow
from ivr.call_log.records import StoredCall
from ivr.call_log.rows import stored_call, stored_turn
from ivr.call_search.model import PlaceRow, TermRow
from ivr.call_search.places import (
    Times,
    day_of,
    packed,
    place_of,
    time_of,
    unpacked,
)
from ivr.call_search.terms import NOTED, TAG, WRONG, call_terms, hospitals_of, lowest_confidence
from ivr.reviews.reviews import terms_of_reviewed

BATCH = 50  # calls in one transaction: a fifth of a second
_PARAMETERS = 500  # of one statement

Part = TypeVar("Part")
DayTerm = tuple[int, str]
Row = dict[str, Any]


class CallIndex:
    """Every method raises CoreUnavailable when the database gives no answer in its time.

    Whoever writes is alone: a term's calls of a day are read, added to and written back.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def catch_up(self, since: dt.datetime | None = None, batch: int = BATCH) -> int:
        """Take in all calls that are over and not in the index (None: however old; `since`: those
        that began later), `batch` in a transaction; returns how many."""
        taken = 0
        while True:
            count, since = await self.take_in(since, batch)
            if not count:
                return taken
            taken += count

    async def take_in(
        self, since: dt.datetime | None, batch: int
    ) -> tuple[int, dt.datetime | None]:
        """The oldest `batch` of them: how many there were, and since when to go on."""
        async with self._database.alone() as connection:
            calls = await _missing(connection, since, batch)
            if not calls:
                return 0, since
            await _add(connection, calls)
        return len(calls), calls[-1][1].started_at

    async def review_changed(self, call_id: str, terms: Collection[str]) -> None:
        """A call's review has these terms now, and no others. No effect on a call that is not in
        the index."""
        async with self._database.alone() as connection:
            place = await connection.scalar(
                select(PlaceRow.place)
                .join(CallRow, CallRow.id == PlaceRow.call)
                .where(CallRow.call_id == call_id)
            )
            if place is None:
                return
            day, own = day_of(place), np.array([time_of(place)], np.uint32)
            of_reviews = await connection.scalars(
                select(TermRow.term).where(
                    TermRow.day == day,
                    or_(TermRow.term.in_((NOTED, WRONG)), TermRow.term.startswith(TAG)),
                )
            )
            await _take_out(connection, day, own, set(of_reviews) - set(terms))
            await _write(connection, {(day, term): own for term in terms})

    async def forget(self, calls: Iterable[int]) -> None:
        """Take calls (calls.id) out, before they are deleted from the call log."""
        async with self._database.alone() as connection:
            await forget(connection, calls)


async def forget(connection: AsyncConnection, calls: Iterable[int]) -> None:
    """CallIndex.forget in a transaction that is there already."""
    by_day: dict[int, list[int]] = defaultdict(list)
    for part in _parts(calls):
        found = await connection.scalars(select(PlaceRow.place).where(PlaceRow.call.in_(part)))
        for place in found:
            by_day[day_of(place)].append(time_of(place))
        await connection.execute(delete(PlaceRow).where(PlaceRow.call.in_(part)))
    for day, times in by_day.items():
        await _take_out(connection, day, np.unique(np.array(times, np.uint32)), None)


async def _missing(
    connection: AsyncConnection, since: dt.datetime | None, batch: int
) -> list[tuple[int, StoredCall]]:
    """With their turns, by calls.id."""
    query = (
        select(CallRow)
        .where(CallRow.ended_at.is_not(None), ~exists().where(PlaceRow.call == CallRow.id))
        .order_by(CallRow.started_at, CallRow.id)
        .limit(batch)
        .options(selectinload(CallRow.turns))
    )
    if since is not None:
        query = query.where(CallRow.started_at >= since)

    def load(connection: Connection) -> list[tuple[int, StoredCall]]:
        with Session(connection) as session:
            return [
                (row.id, stored_call(row, len(row.turns), tuple(map(stored_turn, row.turns))))
                for row in session.scalars(query)
            ]

    return await connection.run_sync(load)


async def _add(connection: AsyncConnection, calls: Sequence[tuple[int, StoredCall]]) -> None:
    places = await _free_places(connection, [call.started_at for _, call in calls])
    reviewed = await terms_of_reviewed(connection, [call.call_id for _, call in calls])
    found: dict[DayTerm, list[int]] = defaultdict(list)
    rows = []
    for (number, call), place in zip(calls, places, strict=True):
        hospitals = hospitals_of(call.turns)
        rows.append(
            {
                "place": place,
                "call": number,
                "hospital": hospitals[-1] if hospitals else "",
                "turns": call.turn_count,
                "lowest_confidence": lowest_confidence(call.turns),
            }
        )
        for term in call_terms(call) | set(reviewed.get(call.call_id, ())):
            found[day_of(place), term].append(time_of(place))
    await connection.execute(insert(PlaceRow), rows)
    await _write(
        connection, {key: np.unique(np.array(times, np.uint32)) for key, times in found.items()}
    )


async def _free_places(connection: AsyncConnection, moments: Sequence[dt.datetime]) -> list[int]:
    """One for each, the next free one where the first is taken."""
    wanted = [place_of(moment) for moment in moments]
    taken: set[int] = set()
    for part in _parts(wanted):
        near = [place + further for place in part for further in range(2)]
        taken |= set(
            await connection.scalars(select(PlaceRow.place).where(PlaceRow.place.in_(near)))
        )
    places = []
    for place in wanted:
        while place in taken:
            place += 1
            if place not in taken and await connection.scalar(
                select(exists().where(PlaceRow.place == place))
            ):
                taken.add(place)
        taken.add(place)
        places.append(place)
    return places


async def _write(connection: AsyncConnection, added: Mapping[DayTerm, Times]) -> None:
    """Add these times to the terms of these days."""
    by_day: dict[int, list[str]] = defaultdict(list)
    for day, term in added:
        by_day[day].append(term)
    for day, terms in by_day.items():
        there = await _kept(connection, day, terms)
        new: list[Row] = []
        changed: list[Row] = []
        for term in terms:
            times = added[day, term]
            if term in there:
                times = np.union1d(there[term], times)
            row = {"of_term": term, "of_day": day, "calls": len(times), "times": packed(times)}
            (changed if term in there else new).append(row)
        if new:
            values = [
                {"term": row["of_term"], "day": day, "calls": row["calls"], "times": row["times"]}
                for row in new
            ]
            await connection.execute(insert(TermRow), values)
        if changed:
            await connection.execute(_CHANGE, changed)


_CHANGE = (
    update(TermRow)
    .where(TermRow.term == bindparam("of_term"), TermRow.day == bindparam("of_day"))
    .values(calls=bindparam("calls"), times=bindparam("times"))
)


async def _kept(
    connection: AsyncConnection, day: int, terms: Collection[str] | None
) -> dict[str, Times]:
    """The times of a day, of all its terms where `terms` is None."""
    kept: dict[str, Times] = {}
    for part in [None] if terms is None else _parts(terms):
        query = select(TermRow.term, TermRow.times).where(TermRow.day == day)
        if part is not None:
            query = query.where(TermRow.term.in_(part))
        for row in await connection.execute(query):
            kept[row.term] = unpacked(row.times)
    return kept


async def _take_out(
    connection: AsyncConnection, day: int, times: Times, terms: Collection[str] | None
) -> None:
    """Take these times out of the terms of a day (None: of all)."""
    changed: list[Row] = []
    gone: list[str] = []
    for term, kept in (await _kept(connection, day, terms)).items():
        left = np.setdiff1d(kept, times, assume_unique=True)
        if not len(left):
            gone.append(term)
        elif len(left) < len(kept):
            row = {"of_term": term, "of_day": day, "calls": len(left), "times": packed(left)}
            changed.append(row)
    if changed:
        await connection.execute(_CHANGE, changed)
    for part in _parts(gone):
        await connection.execute(delete(TermRow).where(TermRow.day == day, TermRow.term.in_(part)))


def _parts(values: Iterable[Part], size: int = _PARAMETERS) -> Iterator[list[Part]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
