"""Finds calls: a page of the newest, the page before or after it, or how many there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    place_of,
    places_of,
)
from ivr.call_search.query import Alternatives, CallQuery
from ivr.call_search.terms import Side, folded

PAGE = 50
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
    """Newest first. `count`: how many there are on all pages; of words of more than two
    characters, those whose pairs fit. `older` and `newer` are the places to go on from, None where
    there is nothing; a page may be short of calls although there are more, when many transcripts
    had to be read for it."""

    calls: tuple[ListedCall, ...]
    count: int
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
        async with self._database.reading() as connection:
            search = _Search(connection, query)
            places = await search.places()
            if newer_than is not None:
                after = places[np.searchsorted(places, newer_than, "right") :]
                found, beyond = await search.next(after, size)
                calls = await _listed(connection, found)
                return CallPage(calls, len(places), older=_first(found), newer=beyond)
            before = places[::-1]
            if older_than is not None:
                before = places[: np.searchsorted(places, older_than)][::-1]
            found, beyond = await search.next(before, size)
            calls = await _listed(connection, found)
        return CallPage(calls, len(places), beyond, None if older_than is None else _first(found))

    async def count(self, query: CallQuery) -> int:
        """As CallPage.count."""
        async with self._database.reading() as connection:
            return len(await _Search(connection, query).places())


def _first(found: list[int]) -> int | None:
    """The one to go on from, back to where the page came from."""
    return found[0] if found else None


class _Search:
    """One query on one connection."""

    def __init__(self, connection: AsyncConnection, query: CallQuery) -> None:
        self._connection = connection
        self._groups = query.groups()
        self._words = query.words_to_check()
        self._sides = query.sides
        self._from = place_of(query.since or _EARLIEST)
        self._until = place_of(query.until or _LATEST)

    async def places(self) -> Places:
        """Where all groups are true, in order: all of them, because four bytes a call are read
        faster than the newest could be told from the others."""
        terms = frozenset[str]().union(*chain.from_iterable(self._groups))
        rows = await self._connection.execute(
            select(TermRow.day, TermRow.term, TermRow.times)
            .where(
                TermRow.term.in_(sorted(terms)),
                TermRow.day >= day_of(self._from),
                TermRow.day <= day_of(self._until),
            )
            .order_by(TermRow.term, TermRow.day)
        )
        by_term: dict[str, list[Places]] = defaultdict(list)
        for row in rows:
            by_term[row.term].append(places_of(row.day, row.times))
        kept = {term: np.concatenate(parts) for term, parts in by_term.items()}
        return between(_true(self._groups, kept), self._from, self._until)

    async def next(self, places: Places, size: int) -> tuple[list[int], int | None]:
        """The first `size` of `places` that are true to the word, and the last one that was looked
        at where there may be more."""
        if not self._words:
            last = int(places[size - 1]) if len(places) > size else None
            return places[:size].tolist(), last
        found: list[int] = []
        for at in range(0, min(len(places), MOST_CHECKED), size):
            part: list[int] = places[at : at + size].tolist()
            found += await self._with_words(part)
            if len(found) > size:
                return found[:size], found[size - 1]
        more = len(places) > MOST_CHECKED
        return found, int(places[MOST_CHECKED - 1]) if more else None

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
