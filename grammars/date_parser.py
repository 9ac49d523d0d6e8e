"""Written date expressions -> days and parts of the day, with where they stand in the text.

Works on plain rows (`spoken.plain`): no punctuation, any mix of Chinese and
Arabic numerals. Mishearings are mended before (`date_hearing`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TypeVar

from grammars import calendar_rules as rules
from grammars.data_files import dates_data
from grammars.day_expressions import (
    AFTER,
    NUMERAL,
    WHOLE_DATES,
    alternatives,
    day_expressions,
)
from grammars.meaning import Period
from grammars.numerals import number


class Limit(StrEnum):
    """周四以后 and 周四之前 name the first and the last of the days that will do."""

    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A day. `weekdays` are set when the caller named a weekday or the weekend. `vague`: the
    words may mean something else, a stretch of time of which `day` is the first day (下旬) or
    a year at school (初三). `limit`: `day` only limits what is meant."""

    start: int
    end: int
    day: dt.date
    weekdays: frozenset[int] = frozenset()
    vague: bool = False
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class WeekSpan:
    """A week of which no day was named; `first` is its Monday, `last` its Sunday."""

    start: int
    end: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class EarliestSpan:
    start: int
    end: int


Span = TypeVar("Span", DaySpan, PeriodSpan, EarliestSpan)

_CLOCK = re.compile(f"(?P<hour>{NUMERAL}{{1,2}})点(?!儿|的|心|滴)(?:半|钟|多|一刻)?")
# A stretch of time rather than a day: 十二月下旬, 三个月以后.
_STRETCH = re.compile(f"旬$|[月年](?:{'|'.join(AFTER)})$|过[完了]年$")
_REACH = 60  # days; appointments are given for far fewer
_PERHAPS_A_CLASS = re.compile("初[一二三]")


def days(text: str, today: dt.date) -> list[DaySpan]:
    """All days named in `text`, in order, the longest reading of each stretch."""
    past = any(word in text for word in dates_data().past)
    found: list[DaySpan] = []
    for expression, resolve in day_expressions():
        for match in expression.finditer(text):
            day, weekdays = resolve(match, today, past)
            if day is not None:
                after = match.groupdict().get("shift") in AFTER
                vague = after or bool(_STRETCH.search(match[0]))
                vague |= _PERHAPS_A_CLASS.fullmatch(match[0]) is not None
                found.append(DaySpan(match.start(), match.end(), day, weekdays, vague))
    unclear = vague_stretches(text) + no_such_days(text, today)
    return [
        _limited(span, text)
        for span in _longest(found)
        if not any(start <= span.start and span.end <= end for start, end in unclear)
    ]


def within_reach(days: list[DaySpan], today: dt.date) -> list[DaySpan]:
    """Without days that are far beyond any booking where a nearer one was named as well: of
    医院儿科，大后天 a recogniser makes 1月2日大后天."""
    reach = today + dt.timedelta(days=_REACH)
    if not any(span.limit is None and today <= span.day <= reach for span in days):
        return days
    return [span for span in days if span.limit is not None or span.day <= reach]


def no_such_days(text: str, today: dt.date) -> list[tuple[int, int]]:
    """Where a day is named that no calendar has: 二月三十号 is not 三十号."""
    return [
        match.span()
        for expression, resolve in day_expressions()
        if resolve in WHOLE_DATES
        for match in expression.finditer(text)
        if resolve(match, today, False)[0] is None
    ]


def working_days(text: str) -> list[tuple[int, int]]:
    """Where "on weekdays" is said: 工作日."""
    unclear = vague_stretches(text)
    return [
        match.span()
        for match in _words("working_days").finditer(text)
        if not any(a <= match.start() and match.end() <= b for a, b in unclear)
    ]


def _limited(span: DaySpan, text: str) -> DaySpan:
    """ "周四以后" begins on Friday, "周四以前" ends on Thursday; neither names one day."""
    if later := _directly_after("from_then_on").match(text, span.end):
        day = span.day if span.vague else span.day + dt.timedelta(days=1)
        return DaySpan(span.start, later.end(), day, vague=span.vague, limit=Limit.NOT_BEFORE)
    if sooner := _directly_after("until_then").match(text, span.end):
        end = sooner.end()
        return DaySpan(span.start, end, span.day, vague=span.vague, limit=Limit.NOT_AFTER)
    return span


@cache
def _directly_after(field: str) -> re.Pattern[str]:
    words: tuple[str, ...] = getattr(dates_data(), field)
    return re.compile(f"的?(?:那天)?(?:{alternatives(words)})")


def vague_stretches(text: str) -> list[tuple[int, int]]:
    """Where time is spoken of without naming a day: 下周, 过几天, 晚一点."""
    return [match.span() for field in ("vague", "soon") for match in _words(field).finditer(text)]


def periods(text: str) -> list[PeriodSpan]:
    """All parts of the day in `text`, clock times included, in order."""
    found = [
        PeriodSpan(match.start(), match.end(), period)
        for period, words in dates_data().periods.items()
        for word in words
        for match in re.finditer(re.escape(word), text)
    ]
    for match in re.finditer("(?<=[今明昨])(早|晚)(?!上)", text):
        period = Period.MORNING if match[1] == "早" else Period.EVENING
        found.append(PeriodSpan(match.start(), match.end(), period))
    for match in re.finditer(
        f"(?P<hour>{NUMERAL}{{1,2}})点(?!儿|的|心|滴)(?:半|钟|多|一刻)?", text
    ):
        hour_period = _clock_period(number(match["hour"]))
        said = any(span.end == match.start() for span in found)
        # 慢一点, 早两点: not a time of day unless something says so.
        vague = match["hour"] in "一两" and not re.search("半|钟|多|一刻$", match[0])
        if hour_period is not None and not said and not vague:
            found.append(PeriodSpan(match.start(), match.end(), hour_period))
    return _longest(found)


def earliest(text: str) -> list[EarliestSpan]:
    """Where "as soon as possible" is said."""
    places = [match.span() for match in _words("nearest_place").finditer(text)]
    return [
        EarliestSpan(*match.span())
        for match in _words("earliest").finditer(text)
        if not any(start <= match.start() < end for start, end in places)
    ]


def soon(text: str) -> list[EarliestSpan]:
    """Where "in the next days" is said."""
    return [EarliestSpan(*match.span()) for match in _words("soon").finditer(text)]


def weeks(text: str, today: dt.date) -> list[WeekSpan]:
    """Where a week is named and no day of it: 下个礼拜."""
    data = dates_data()
    words, days = alternatives(data.weekday_words), "".join(data.weekdays)
    named = f"(?P<weeks>{alternatives(data.weeks)})(?:{words})(?![{days}末几])"
    found = []
    for match in re.finditer(named, text):
        shift = data.weeks[match["weeks"]]
        first, last = (rules.weekday_in_week(today, shift, weekday) for weekday in (0, 6))
        found.append(WeekSpan(*match.span(), first, last))
    return [week for week in found if week.last >= today]


def is_beside_the_point(text: str) -> bool:
    """Whether `text` speaks of other things than an appointment."""
    return _words("off_topic").search(text) is not None


@cache
def _words(field: str) -> re.Pattern[str]:
    words: tuple[str, ...] = getattr(dates_data(), field)
    return re.compile(alternatives(words))


def _clock_period(hour: int | None) -> Period | None:
    """A clinic's clock: 7 to 11 is the morning, 12 to 5 the afternoon, 6 to 9 in words like 18."""
    if hour is None or not 0 < hour < 24:
        return None
    if 6 <= hour <= 11:
        return Period.MORNING
    return Period.AFTERNOON if hour in range(12, 18) or hour < 6 else Period.EVENING


def _longest(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
