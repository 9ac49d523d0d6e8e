"""The filters of the list of calls: from a form or a link to a query. Pure.

A link may hold any filter but the last four digits of a number, and no digits among the words:
what finds a person is posted, so that it is in no address, history or log.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.call_search.model import LONGEST_HOSPITAL
from ivr.call_search.query import CallQuery, WordTooShort
from ivr.call_search.terms import LOW_CONFIDENCES, Side, lengths
from ivr.reviews.model import LONGEST_TAG

NONE = "none"
"""Stands for calls that have no value of a kind: still open, nothing asked."""
LAST_FOUR = "last_four"
MANY = ("outcome", "reason", "category", "hospital", "asked", "hour", "length", "tag")
ONE = ("since", "until", "below", "words", "side", LAST_FOUR, "slow", "wrong", "noted")
MOST_VALUES = 60  # of one filter
LONGEST_WORDS = 100
_ON = "1"
_MOMENT = dt.timedelta(microseconds=1)
_DIGITS = re.compile(r"\d(?:\W*\d){3}")

Fields = Mapping[str, Sequence[str]]
Value = TypeVar("Value")
Listed = TypeVar("Listed", bound=StrEnum)


class BadFilter(ValueError):
    """A value that no filter has; `key` is of the page's words."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Filters:
    """`fields` are those that are set, as a form holds them."""

    fields: Mapping[str, tuple[str, ...]]
    query: CallQuery

    @property
    def kept(self) -> Mapping[str, list[str]]:
        """What a saved search keeps: nothing that finds a person."""
        return {name: list(values) for name, values in self.fields.items() if name != LAST_FOUR}

    @property
    def names(self) -> str:
        """Which filters are set, for the audit."""
        return " ".join(sorted(self.fields))

    def has(self, name: str, value: str) -> bool:
        return value in self.fields.get(name, ())

    def one(self, name: str) -> str:
        return self.fields.get(name, ("",))[0]

    @property
    def since_day(self) -> str:
        return "" if self.query.since is None else self.query.since.date().isoformat()

    @property
    def until_day(self) -> str:
        """The last day of which some is meant."""
        until = self.query.until
        return "" if until is None else (until - _MOMENT).date().isoformat()


def read_filters(given: Fields, *, posted: bool) -> Filters:
    """`given` may hold other names too. Raises BadFilter."""
    fields: dict[str, tuple[str, ...]] = {}
    for name in (*ONE, *MANY):
        values = tuple(dict.fromkeys(value.strip() for value in given.get(name, ())))
        values = tuple(value.zfill(2) if name == "hour" else value for value in values if value)
        if len(values) > (MOST_VALUES if name in MANY else 1):
            raise BadFilter("bad_filter")
        if values:
            fields[name] = values
    if not posted and (LAST_FOUR in fields or _DIGITS.search(fields.get("words", ("",))[0])):
        raise BadFilter("posted_only")
    return Filters(fields, _query(fields))


def _query(fields: Mapping[str, tuple[str, ...]]) -> CallQuery:
    def one(name: str) -> str:
        return fields.get(name, ("",))[0]

    def many(name: str, read: Callable[[str], Value]) -> frozenset[Value]:
        try:
            return frozenset(read(value) for value in fields.get(name, ()))
        except ValueError:
            raise BadFilter("bad_filter") from None

    last_four = one(LAST_FOUR)
    if last_four and not (len(last_four) == 4 and last_four.isascii() and last_four.isdigit()):
        raise BadFilter("bad_last_four")
    words = one("words")
    if len(words) > LONGEST_WORDS:
        raise BadFilter("long_words")
    side = one("side")
    query = CallQuery(
        since=_moment(one("since"), later=0),
        until=_moment(one("until"), later=1),
        outcomes=many("outcome", _value_or_none(Outcome)),
        reasons=many("reason", _value_or_none(Reason)),
        categories=many("category", _value_or_none(Category)),
        hospitals=many("hospital", _short(LONGEST_HOSPITAL)),
        asked_last=many("asked", _value_or_none(Slot)),
        hours=many("hour", _hour),
        lengths=many("length", _length),
        below=_below(one("below")),
        slow=one("slow") == _ON,
        wrong=one("wrong") == _ON,
        noted=one("noted") == _ON,
        tags=many("tag", _short(LONGEST_TAG)),
        last_four=last_four,
        words=words,
        sides=frozenset(many("side", Side)) if side else frozenset(Side),
    )
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise BadFilter("bad_time")
    try:
        query.groups()
    except WordTooShort:
        raise BadFilter("short_words") from None
    return query


def _moment(text: str, later: int) -> dt.datetime | None:
    """A day (`later` days on) or a moment; None for neither given."""
    if not text:
        return None
    try:
        if len(text) == len("2026-11-29"):
            day = dt.date.fromisoformat(text) + dt.timedelta(days=later)
            return dt.datetime.combine(day, dt.time())
        moment = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise BadFilter("bad_time") from None
    if moment.tzinfo is not None:
        raise BadFilter("bad_time")
    return moment


def _below(text: str) -> float | None:
    if not text:
        return None
    limit = next((limit for limit in LOW_CONFIDENCES if str(limit) == text), None)
    if limit is None:
        raise BadFilter("bad_filter")
    return limit


def _value_or_none(kind: type[Listed]) -> Callable[[str], Listed | None]:
    return lambda text: None if text == NONE else kind(text)


def _short(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest or not text.isprintable():
            raise ValueError("no name is so long")
        return text

    return read


def _hour(text: str) -> int:
    hour = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 24
    if hour > 23:
        raise ValueError("no hour of the day")
    return hour


def _length(text: str) -> str:
    if text not in lengths():
        raise ValueError("no class of length")
    return text
