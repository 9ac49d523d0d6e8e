"""When the caller wants to come: dates from an N-best list, misheard words mended by sound."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from grammars import calendar_rules as rules
from grammars import date_parser
from grammars.closed_list import Heard
from grammars.confirm import is_plain_yes
from grammars.corrections import corrected_from, excepted, refused
from grammars.data_files import dates_data, preference_data
from grammars.date_mending import LEAST_LIKENESS, mend
from grammars.date_parser import DaySpan, Limit, PeriodSpan
from grammars.day_expressions import alternatives
from grammars.fillers import carried
from grammars.meaning import DateWish, Period, Scored
from grammars.numerals import number
from grammars.spoken import Spoken

_ADJACENT = 4  # syllables between a day and its part of the day
_SOON = 0.72  # "in the next days" is as soon as possible: to be asked back
_VAGUE = 0.7  # "after May Day", "in the last ten days of December"
_NEXT_WEEK = 0.53  # how likely 下午星期四 is 下星期四
_BESIDE = 0.7  # beside everyday words that have nothing to do with an appointment
_EITHER = re.compile("都|随便|无所谓")
_THROUGH = re.compile("到|至|一直到")
_WORKING, _WEEKEND = frozenset(range(5)), frozenset({5, 6})
_AND = re.compile("和|跟|还有|或者|、|")


# A wish, how much it counts, where it begins and ends, and the words.
_Reading = tuple[DateWish, float, int, int, str]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A wish with the stretch of the hypothesis that carried it."""

    wish: DateWish
    confidence: float
    surface: str
    heard: int
    start: int
    end: int


def date_mentions(
    found: Heard, today: dt.date, *, expected: bool, by_sound: bool = True
) -> list[DateMention]:
    """All wishes in the N-best list, best first. `expected`: the question asked for a date.

    A bare number counts as a day of the month only when a date was asked for.
    """
    if not found.rows:
        return []
    top = max(found.confidences) or 1.0
    rated: dict[DateWish, list[DateMention]] = {}
    for which, row in enumerate(found.rows):
        faith = found.confidences[which] / top
        for wish, sure, start, end, text in _wishes(row, today, expected, by_sound):
            rated.setdefault(wish, []).append(
                DateMention(wish, sure * faith, text, which, start, end)
            )
    best: list[tuple[float, DateMention]] = []
    for wish, mentions in rated.items():
        leader = max(mentions, key=lambda m: m.confidence)
        agreement = 0.08 * (len({m.heard for m in mentions}) - 1)
        fullness = 0.12 * ((wish.date is not None) + (wish.period is not None))
        best.append((leader.confidence * (1 + fullness) + agreement, leader))
    best.sort(key=lambda pair: -pair[0])
    return [mention for _, mention in best]


def scored_wishes(mentions: list[DateMention]) -> tuple[Scored[DateWish], ...]:
    return tuple(Scored(m.wish, round(min(m.confidence, 1.0), 4), m.surface) for m in mentions)


def _wishes(row: Spoken, today: dt.date, expected: bool, by_sound: bool) -> list[_Reading]:
    """(wish, confidence, start, end, words) of one hypothesis, the likeliest first."""
    sure = 0.97
    if by_sound and not (expected and _is_a_week(row, today)):
        agrees = not expected and is_plain_yes(row.text)  # 那就好 is no 九号
        mended, likeness = (row, 1.0) if agrees else mend(row, strict=not expected)
        if mended.text != row.text:
            return [
                (wish, weight * (0.55 + 1.5 * (likeness - LEAST_LIKENESS)), start, end, text)
                for wish, weight, start, end, text in _read(mended, today, expected)
            ] or [(w, sure * c, s, e, t) for w, c, s, e, t in _read(row, today, expected)]
    return [
        (wish, sure * weight, start, end, text)
        for wish, weight, start, end, text in _read(row, today, expected)
    ]


def _read(row: Spoken, today: dt.date, expected: bool) -> list[_Reading]:
    text = row.text
    all_days = named = date_parser.days(text, today)
    all_periods = [
        span
        for span in date_parser.periods(text)
        if not any(d.start < span.start and span.end < d.end for d in all_days)
    ]
    soonest = [
        span
        for span in date_parser.earliest(text)
        if not any(d.start < span.end and span.start < d.end for d in all_days)
    ]
    if expected and not all_days:
        whole = number(text.removesuffix("吧").removesuffix("的").removeprefix("就"))
        if whole is not None and 1 <= whole <= 31:
            span = next(iter(date_parser.days(f"{whole}号", today)), None)
            if span is not None:
                return [(DateWish(span.day), 0.75, 0, len(text), text)]
    ruled_out = _ruled_out(row, all_days)
    not_on = frozenset(weekday for span in ruled_out for weekday in span.weekdays)
    workdays = [
        (start, end)
        for start, end in date_parser.working_days(text)
        if not any(span.start < end and start < span.end for span in all_days)
    ]
    for start, end in workdays:
        refuses = refused(row, start, end) or excepted(row, start, end)
        not_on |= _WORKING if refuses else _WEEKEND
    all_days, weekdays_off = _without_ranges(text, all_days)
    not_on |= weekdays_off
    days = [
        span for span in all_days if span not in ruled_out and not refused_or_excepted(row, span)
    ]
    periods = [span for span in all_periods if not refused_or_excepted(row, span)]
    unwanted = {span.period for span in all_periods} - {span.period for span in periods}
    turn = corrected_from(row)
    late_days = [span for span in days if span.start >= turn]
    late_periods = [span for span in periods if span.start >= turn]
    if turn and (late_days or late_periods):
        # "明天上午，不对，下午": the new part of the day goes with the old day.
        days = late_days or (days if late_periods and not _taken_back(row, turn) else [])
        periods = late_periods
    elif turn and (days or periods) and not soonest:
        days, periods = [], []
    days = date_parser.within_reach(days, today)
    found = _within_limits(text, days, periods, not_on)
    days = [span for span in days if span.limit is None]
    for day, period in () if found else _pairs(days, periods):
        start = min(span.start for span in (day, period) if span is not None)
        end = max(span.end for span in (day, period) if span is not None)
        wish = DateWish(
            date=day.day if day else None,
            period=period.period if period else None,
            earliest=bool(soonest) and day is None,
            not_on=not_on,
        )
        weight = _VAGUE if day is not None and day.vague else 1.0
        found.append((wish, weight, start, end, text[start:end]))
    found = _perhaps_next_week(text, _shared_out(text, found), days, periods, today)
    if expected and not soonest and not all_days:
        found = _in_a_week(row, periods, today) or found or _soon(text)
    if not found and soonest:
        span_ = soonest[0]
        wish = DateWish(earliest=True, not_on=not_on)
        found.append((wish, 1.0, span_.start, span_.end, text[span_.start : span_.end]))
    if not found and not_on:
        limits = [*((span.start, span.end) for span in named), *workdays]
        start, end = min(limits)[0], max(end for _, end in limits)
        found.append((DateWish(not_on=not_on), 0.95, start, end, text[start:end]))
    if not found and unwanted and not all_days:
        # Clinics are open in the morning and in the afternoon: not the one is the other.
        other = Period.AFTERNOON if Period.MORNING in unwanted else Period.MORNING
        if other not in unwanted:
            first = all_periods[0]
            words = text[first.start : first.end]
            found.append((DateWish(period=other), 0.6, first.start, first.end, words))
    return found


def _within_limits(
    text: str, days: list[DaySpan], periods: list[PeriodSpan], not_on: frozenset[int]
) -> list[_Reading]:
    """ "周四以后上午", "周三以后月底之前": any day that will do, where no one day was named."""
    if not days or any(span.limit is None for span in days):
        return []
    spans: list[DaySpan | PeriodSpan] = [*days, *periods[:1]]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    wish = DateWish(
        period=periods[0].period if periods else None,
        not_on=not_on,
        not_before=max((s.day for s in days if s.limit is Limit.NOT_BEFORE), default=None),
        not_after=min((s.day for s in days if s.limit is Limit.NOT_AFTER), default=None),
    )
    weight = _VAGUE if any(span.vague for span in days) else 1.0
    return [(wish, weight, start, end, text[start:end])]


def _ruled_out(row: Spoken, days: list[DaySpan]) -> list[DaySpan]:
    """Days that are excepted, and those named in one breath before them: 周六周日不行."""
    found: list[DaySpan] = []
    for span in reversed(days):
        between = row.text[span.end : found[-1].start] if found else "-"
        if excepted(row, span.start, span.end) or _AND.fullmatch(between):
            found.append(span)
    return found


def _without_ranges(text: str, days: list[DaySpan]) -> tuple[list[DaySpan], frozenset[int]]:
    """ "周一到周五": no day, but two weekdays on which not."""
    for one, other in pairwise(days):
        between = text[one.end : other.start]
        plain = not set(text[one.start]) & set("这本下上")
        if plain and len(one.weekdays) == len(other.weekdays) == 1 and _THROUGH.fullmatch(between):
            (first,), (last,) = one.weekdays, other.weekdays
            if first < last:
                rest = [day for day in days if day is not one and day is not other]
                return rest, frozenset(range(7)) - frozenset(range(first, last + 1))
    return days, frozenset()


def _perhaps_next_week(
    text: str,
    found: list[_Reading],
    days: list[DaySpan],
    periods: list[PeriodSpan],
    today: dt.date,
) -> list[_Reading]:
    """ "下午星期四": said in this order it is mostly 下星期四, misheard; either is asked back."""
    if len(days) != 1 or len(periods) != 1 or len(days[0].weekdays) != 1:
        return found
    (day,), (period,) = days, periods
    bare = text.startswith(dates_data().weekday_words, day.start)
    if not bare or text[period.start : period.end] != "下午" or period.end != day.start:
        return found
    (weekday,) = day.weekdays
    return [
        reading
        for wish, weight, start, end, words in found
        for reading in (
            (
                replace(wish, date=rules.weekday_in_week(today, 1, weekday), period=None),
                *(weight * _NEXT_WEEK, start, end, words),
            ),
            (wish, weight * (1 - _NEXT_WEEK), start, end, words),
        )
    ]


def _shared_out(text: str, found: list[_Reading]) -> list[_Reading]:
    """Less sure where several days were named ("礼拜五或者礼拜六"), unless any of them will do,
    and where the talk is of other things (明天要下雨)."""
    days = {wish.date for wish, *_ in found if wish.date is not None}
    share = 1.0
    if len(days) > 1 and not _EITHER.search(text):
        share = 1 / len(days)
    elif date_parser.is_beside_the_point(text):
        share = _BESIDE
    return [(wish, weight * share, start, end, words) for wish, weight, start, end, words in found]


def _soon(text: str) -> list[_Reading]:
    """ "这两天" and nothing else."""
    known = carried(text)
    return [
        (DateWish(earliest=True), _SOON, span.start, span.end, text[span.start : span.end])
        for span in date_parser.soon(text)[:1]
        if sum(not k for k in known[: span.start] + known[span.end :]) <= 1
    ]


def _in_a_week(row: Spoken, periods: list[PeriodSpan], today: dt.date) -> list[_Reading]:
    """ "下个礼拜上午": any day of it."""
    period = periods[0].period if periods else None
    return [
        (
            DateWish(period=period, not_before=week.first, not_after=week.last),
            *(1.0, week.start, week.end, row.text[week.start : week.end]),
        )
        for week in date_parser.weeks(row.text, today)[:1]
        if not refused(row, week.start, week.end) and not excepted(row, week.start, week.end)
    ]


@cache
def _any_day() -> re.Pattern[str]:
    """随便哪天, 都行: words of no preference without a gap in them."""
    return re.compile(alternatives(say for say in preference_data().say if "…" not in say))


def _is_a_week(row: Spoken, today: dt.date) -> bool:
    """下个礼拜上午 as it is written: nothing in it is a misheard weekday."""
    known = list(carried(row.text))
    weeks = [(span.start, span.end) for span in date_parser.weeks(row.text, today)]
    periods = [(span.start, span.end) for span in date_parser.periods(row.text)]
    any_day = [m.span() for m in _any_day().finditer(row.text)]
    for start, end in (*weeks, *periods, *any_day):
        known[start:end] = [True] * (end - start)
    return all(known) and bool(weeks)


def refused_or_excepted(row: Spoken, span: DaySpan | PeriodSpan) -> bool:
    return refused(row, span.start, span.end) or excepted(row, span.start, span.end)


def _taken_back(row: Spoken, turn: int) -> bool:
    """ "不是上午，是下午" corrects only what it names; it leaves no day to keep."""
    return turn <= 3


def _pairs(
    days: list[DaySpan], periods: list[PeriodSpan]
) -> Iterator[tuple[DaySpan | None, PeriodSpan | None]]:
    """Each day with the part of the day said next to it; a lone part stands for itself.

    One part of the day said for one day belongs to it however far apart they are.
    """
    if len(days) == 1 and len(periods) == 1:
        yield days[0], periods[0]
        return
    free = list(periods)
    for day in days:
        near = next(
            (p for p in free if 0 <= p.start - day.end <= _ADJACENT or p.start < day.start < p.end),
            None,
        )
        if near is None and len(days) == 1:
            near = next((p for p in free if 0 <= day.start - p.end <= _ADJACENT), None)
        if near is not None:
            free.remove(near)
        yield day, near
    if not days:
        for period in free:
            yield None, period
