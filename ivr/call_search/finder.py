"""Finds calls: a page of the newest, the page before or after it, or how many there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_log.records import DEMONSTRATION
from ivr.call_search.model import PlaceRow, TermRow
from ivr.call_search.places import (
    NO_PLACES,
    Places,
    between,
    day_of,
    in_both,
    in_either,
    place,
    place_of,
    places_of,
)
from ivr.call_search.query import Alternatives, CallQuery
from ivr.call_search.terms import Side, folded

PAGE = 50
FIRST_DAYS = 4  # looked at together; then four times as many, and so on
MOST_CHECKED = 2000  # transcripts read for one page
_EARLIEST, _LATEST = dt.datetime(1970, 1, 1), dt.datetime(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call as the list shows it. `invented`: demonstration data."""

    place: int
    call_id: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    caller_last_four: str
    outcome: Outcome | None
    category: Category | None
    reason: Reason | None
    hospital: str
    turns: int
    lowest_confidence: float | None
    has_recording: bool
    invented: bool

    @property
    def seconds(self) -> float | None:
        if self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class CallPage:
    """Newest first. `older` and `newer` are the places to go on from, None where there is nothing;
    a page may be short of calls although there are older ones, when many transcripts had to be
    read for it."""

    calls: tuple[ListedCall, ...]
    older: int | None
    newer: int | None


class CallFinder:
    """Every method raises CoreUnavailable when the database gives no answer in its time, and
    WordTooShort."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        query: CallQuery,
        size: int = PAGE,
        *,
        older_than: int | None = None,
        newer_than: int | None = None,
    ) -> CallPage:
        """The newest calls, or those next to a place."""
        upward = newer_than is not None
        async with self._database.reading() as connection:
            search = _Search(connection, query)
            start = newer_than if upward else older_than
            found, beyond = await search.next(size, start, upward)
            calls = await _listed(connection, found)
        first, last = (found[0], found[-1]) if found else (None, None)
        if upward:
            return CallPage(calls, older=last, newer=first if beyond else None)
        return CallPage(
            calls,
            older=(last or search.reached) if beyond else None,
            newer=first if older_than is not None else None,
        )

    async def count(self, query: CallQuery) -> int:
        """How many there are; of words of more than two characters, those whose pairs fit."""
        async with self._database.reading() as connection:
            return await _Search(connection, query).count()


class _Search:
    """One walk through the days of a query."""

    def __init__(self, connection: AsyncConnection, query: CallQuery) -> None:
        self._connection = connection
        self._groups = query.groups()
        self._words = query.words_to_check()
        self._sides = query.sides
        self._terms = frozenset[str]().union(*chain.from_iterable(self._groups))
        self._from = place_of(query.since or _EARLIEST)
        self._until = place_of(query.until or _LATEST)
        self.reached: int | None = None  # the last place that was looked at

    async def next(self, size: int, start: int | None, upward: bool) -> tuple[list[int], bool]:
        """At most `size` places, newest first, and whether there are more in that direction."""
        found: list[int] = []
        checked = 0
        low, high = self._from, self._until  # low <= place < high
        if start is not None:
            low, high = (max(low, start + 1), high) if upward else (low, min(high, start))
        days_at_once = FIRST_DAYS
        while low < high:
            days = await self._days(low, high, days_at_once, upward)
            if not days:
                break
            places = await self._places(min(days), max(days), low, high)
            for part in _parts(places if upward else places[::-1], size):
                found += await self._with_words(part) if self._words else part
                checked += len(part)
                self.reached = part[-1]
                if len(found) > size:
                    return self._page(found[:size], upward), True
                if self._words and checked >= MOST_CHECKED:
                    return self._page(found, upward), True
            if upward:
                low = place(days[-1] + 1, 0)
            else:
                high = place(days[-1], 0)
            days_at_once *= 4
        return self._page(found, upward), False

    @staticmethod
    def _page(found: list[int], upward: bool) -> list[int]:
        return found[::-1] if upward else found

    async def count(self) -> int:
        first, last = day_of(self._from), day_of(self._until - 1)
        return len(await self._places(first, last, self._from, self._until))

    async def _days(self, low: int, high: int, limit: int, upward: bool) -> list[int]:
        """The next days that have every kind of term."""
        scarcest = min(self._groups, key=len)
        terms = frozenset[str]().union(*scarcest)
        query = (
            select(TermRow.day)
            .distinct()
            .where(
                TermRow.term.in_(sorted(terms)),
                TermRow.day >= day_of(low),
                TermRow.day <= day_of(high - 1),
            )
        )
        order = TermRow.day.asc() if upward else TermRow.day.desc()
        return list(await self._connection.scalars(query.order_by(order).limit(limit)))

    async def _places(self, first: int, last: int, low: int, high: int) -> Places:
        """Where all groups are true on the days from `first` to `last`, in order."""
        rows = await self._connection.execute(
            select(TermRow.day, TermRow.term, TermRow.times)
            .where(TermRow.term.in_(sorted(self._terms)), TermRow.day >= first, TermRow.day <= last)
            .order_by(TermRow.term, TermRow.day)
        )
        by_term: dict[str, list[Places]] = defaultdict(list)
        for row in rows:
            by_term[row.term].append(places_of(row.day, row.times))
        kept = {term: np.concatenate(parts) for term, parts in by_term.items()}
        return between(_true(self._groups, kept), low, high)

    async def _with_words(self, places: Sequence[int]) -> list[int]:
        """Those of `places` in whose transcript every word stands."""
        rows = await self._connection.execute(
            select(PlaceRow.place, TurnRow.asked, TurnRow.heard)
            .join(TurnRow, TurnRow.call == PlaceRow.call)
            .where(PlaceRow.place.in_(places))
        )
        said: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            if Side.AGENT in self._sides:
                said[row.place].add(folded(row.asked))
            if Side.CALLER in self._sides and row.heard:
                said[row.place].add(folded(row.heard[0]["text"]))
        return [
            each
            for each in places
            if all(any(word in text for text in said[each]) for word in self._words)
        ]


def _true(groups: Sequence[Alternatives], kept: Mapping[str, Places]) -> Places:
    """Where every group is true; the one that is true least often first."""
    result: Places | None = None
    for places in sorted((_one_of(group, kept) for group in groups), key=len):
        result = places if result is None else in_both(result, places)
    return NO_PLACES if result is None else result


def _one_of(group: Alternatives, kept: Mapping[str, Places]) -> Places:
    whole = [terms for terms in group if all(term in kept for term in terms)]
    return reduce(in_either, (_all_of(terms, kept) for terms in whole), NO_PLACES)


def _all_of(terms: frozenset[str], kept: Mapping[str, Places]) -> Places:
    return reduce(in_both, sorted((kept[term] for term in terms), key=len))


def _parts(places: Places, size: int) -> Iterator[list[int]]:
    for at in range(0, len(places), size):
        yield places[at : at + size].tolist()


async def _listed(connection: AsyncConnection, places: Sequence[int]) -> tuple[ListedCall, ...]:
    if not places:
        return ()
    rows = await connection.execute(
        select(
            PlaceRow.place,
            PlaceRow.hospital,
            PlaceRow.turns,
            PlaceRow.lowest_confidence,
            CallRow.call_id,
            CallRow.started_at,
            CallRow.ended_at,
            CallRow.caller_last_four,
            CallRow.outcome,
            CallRow.category,
            CallRow.reason,
            CallRow.recording,
            CallRow.version,
        )
        .join(CallRow, CallRow.id == PlaceRow.call)
        .where(PlaceRow.place.in_(places))
        .order_by(PlaceRow.place.desc())
    )
    return tuple(
        ListedCall(
            place=row.place,
            call_id=row.call_id,
            started_at=row.started_at,
            ended_at=row.ended_at,
            caller_last_four=row.caller_last_four,
            outcome=Outcome(row.outcome) if row.outcome else None,
            category=Category(row.category) if row.category else None,
            reason=Reason(row.reason) if row.reason else None,
            hospital=row.hospital,
            turns=row.turns,
            lowest_confidence=row.lowest_confidence,
            has_recording=bool(row.recording),
            invented=row.version == DEMONSTRATION,
        )
        for row in rows
    )
