"""Written date expressions -> days and parts of the day, with where they stand in the text.

Works on plain rows (`spoken.plain`): no punctuation, any mix of Chinese and
Arabic numerals. Mishearings are mended before (`date_hearing`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from grammars import calendar_rules as rules
from grammars.data_files import dates_data, festivals_data
from grammars.meaning import Period
from grammars.numerals import number


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A day. `weekdays` are set when the caller named a weekday or the weekend. `vague`: the
    words mean a stretch of time of which `day` is the first day."""

    start: int
    end: int
    day: dt.date
    weekdays: frozenset[int] = frozenset()
    vague: bool = False


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class EarliestSpan:
    start: int
    end: int


Span = TypeVar("Span", DaySpan, PeriodSpan, EarliestSpan)
Resolved = tuple[dt.date | None, frozenset[int]]  # the day, and the weekdays if named
_NO_WEEKDAY: frozenset[int] = frozenset()
Resolver = Callable[[re.Match[str], dt.date, bool], Resolved]

_NUMBER = "[0-9零一二两三四五六七八九十廿卅]"
_DAY = f"(?P<day>{_NUMBER}{{1,3}})"
_MONTH = f"(?P<month>{_NUMBER}{{1,2}})"
_CLOCK = re.compile(f"(?P<hour>{_NUMBER}{{1,2}})点(?!儿|的|心|滴)(?:半|钟|多|一刻)?")
_NO_DATE_AFTER = "(?![线楼院门窗机馆床台])"
_NOT_A_CLASS = "(?!中|年级|毕业|学生|的学生|的孩子|步|期|次)"  # 初三 is a year at school as well
_AFTER = ("以后", "之后", "过后", "过了", "后")
# A stretch of time rather than a day: 十二月下旬, 三个月以后.
_STRETCH = re.compile(f"旬$|[月年](?:{'|'.join(_AFTER)})$|过[完了]年$")


def days(text: str, today: dt.date) -> list[DaySpan]:
    """All days named in `text`, in order, the longest reading of each stretch."""
    past = any(word in text for word in dates_data().past)
    found: list[DaySpan] = []
    for expression, resolve in _patterns():
        for match in expression.finditer(text):
            day, weekdays = resolve(match, today, past)
            if day is not None:
                after = match.groupdict().get("shift") in _AFTER
                vague = after or bool(_STRETCH.search(match[0]))
                found.append(DaySpan(match.start(), match.end(), day, weekdays, vague))
    unclear = vague_stretches(text) + no_such_days(text, today)
    return [
        _limited(span, text)
        for span in _longest(found)
        if not any(start <= span.start and span.end <= end for start, end in unclear)
    ]


def no_such_days(text: str, today: dt.date) -> list[tuple[int, int]]:
    """Where a day is named that no calendar has: 二月三十号 is not 三十号."""
    return [
        match.span()
        for expression, resolve in _patterns()
        if resolve in _WHOLE_DATES
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
        return DaySpan(span.start, later.end(), day, vague=True)
    if sooner := _directly_after("until_then").match(text, span.end):
        return replace(span, end=sooner.end(), vague=True)
    return span


@cache
def _directly_after(field: str) -> re.Pattern[str]:
    words: tuple[str, ...] = getattr(dates_data(), field)
    return re.compile(f"的?(?:那天)?(?:{_alternatives(words)})")


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
        f"(?P<hour>{_NUMBER}{{1,2}})点(?!儿|的|心|滴)(?:半|钟|多|一刻)?", text
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
    return [EarliestSpan(*match.span()) for match in _words("earliest").finditer(text)]


def soon(text: str) -> list[EarliestSpan]:
    """Where "in the next days" is said."""
    return [EarliestSpan(*match.span()) for match in _words("soon").finditer(text)]


def is_beside_the_point(text: str) -> bool:
    """Whether `text` speaks of other things than an appointment."""
    return _words("off_topic").search(text) is not None


@cache
def _words(field: str) -> re.Pattern[str]:
    words: tuple[str, ...] = getattr(dates_data(), field)
    return re.compile(_alternatives(words))


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


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Resolver], ...]:
    data = dates_data()
    week_words = _alternatives(data.weekday_words)
    weekdays = _alternatives(data.weekdays)
    weeks = _alternatives(data.weeks)
    months = _alternatives(data.months)
    relative = _alternatives(data.relative_days)
    festivals = _alternatives(name for f in festivals_data().festivals for name in f.names)
    year = f"(?:(?P<year>{_NUMBER}{{4}}|{_NUMBER}{{2}}|今|明|后|去)年)?"
    lunar_day = f"(?P<day>初{_NUMBER}|[十廿卅]{_NUMBER}|二十{_NUMBER}?|三十|{_NUMBER}{{1,3}})"
    lunar_month = f"(?P<month>[正冬腊]|{_NUMBER}{{1,2}})"
    calendar_name = "(?P<lunar>农历|阴历|旧历|老历)"
    later = "(?:以后|之后|过后|后)"
    table: list[tuple[str, Resolver]] = [
        (f"{year}{_MONTH}月份?的?{_DAY}(?:号|日)?{_NO_DATE_AFTER}", _calendar_date),
        (f"(?P<months>{months})月份?的?{_DAY}(?:号|日)", _relative_month_day),
        (f"{_DAY}(?:号|日){_NO_DATE_AFTER}", _day_only),
        (f"{year}{_MONTH}月份?(?P<part>底|末|初|上旬|中旬|下旬|月中)", _part_of_named_month),
        (f"(?P<months>{months})?月的?(?P<part>底|末|初|上旬|中旬|下旬|中)", _part_of_month),
        (
            f"{calendar_name}的?{lunar_month}月份?的?{lunar_day}(?:号|日)?",
            _lunar,
        ),
        (
            f"{lunar_month}月(?P<day>初{_NUMBER}|廿{_NUMBER}?)",
            _lunar,
        ),
        (f"(?P<month>[正冬腊])月{lunar_day}", _lunar),
        (
            f"(?<![月年最当起上读念])初(?P<day>[一二三四五六七八九十]){_NOT_A_CLASS}",
            _lunar_day_only,
        ),
        (f"(?P<relative>{relative})", _relative_day),
        ("(?P<relative>[今明后昨])(?=[早晚])", _short_relative_day),
        ("(?P<relative>[今明])(?=明后?天?|后天|两天)", _short_relative_day),
        (f"(?:过|再过|等)?(?P<count>{_NUMBER}{{1,3}})天{later}", _days_later),
        (f"(?:再过|过)(?P<count>[三四五六七八九十3-9]{_NUMBER}?)天", _days_later),
        (f"(?P<count>{_NUMBER}{{1,2}})(?:个)?(?:{week_words}){later}", _weeks_later),
        (f"(?:过|再过)(?P<count>{_NUMBER}{{1,2}})(?:个)?(?:{week_words})", _weeks_later),
        (f"半个月{later}|过半个月", _half_a_month_later),
        (f"(?:过|再过|等)?(?P<count>{_NUMBER}{{1,2}}|半)(?P<unit>个月|年){later}", _months_later),
        (
            f"(?P<weeks>{weeks})?(?:{week_words})的?(?:{week_words})?(?P<weekday>{weekdays})",
            _weekday,
        ),
        (f"(?P<weeks>{weeks})?(?:周末|礼拜末|星期末|双休日)", _weekend),
        ("(?:下|下一|最近的?|最近一|第一|头一)个?工作日|明天的工作日", _working_day),
        (
            f"(?P<festival>{festivals})(?:长假|假期|放假)?的?"
            f"(?P<shift>前一天|前天|后一天|第二天|前夕|{'|'.join(_AFTER)})?(?!以前|之前|前)",
            _festival,
        ),
        ("(?P<shift>年后|过完年|过了年)", _after_new_year),
    ]
    return tuple((re.compile(expression), resolve) for expression, resolve in table)


def _year(text: str | None, today: dt.date) -> int | None:
    if not text:
        return None
    shift = {"今": 0, "明": 1, "后": 2, "去": -1}.get(text)
    if shift is not None:
        return today.year + shift
    value = number(text)
    if value is None:
        return None
    return 2000 + value if value < 100 else value


def _calendar_date(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    month, day = number(match["month"]), number(match["day"])
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None, _NO_WEEKDAY
    year = _year(match["year"], today)
    if year is not None:
        return rules.safe_date(year, month, day), _NO_WEEKDAY
    return rules.month_day(today, month, day, past=past), _NO_WEEKDAY


def _relative_month_day(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    day = number(match["day"])
    year, month = rules.shifted_month(today, dates_data().months[match["months"]])
    return (None if day is None else rules.safe_date(year, month, day)), _NO_WEEKDAY


def _day_only(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    day = number(match["day"])
    if day is None or not 1 <= day <= 31:
        return None, _NO_WEEKDAY
    return rules.day_of_month(today, day, past=past), _NO_WEEKDAY


def _part_of_named_month(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    month = number(match["month"])
    if month is None or not 1 <= month <= 12:
        return None, _NO_WEEKDAY
    year = _year(match["year"], today)
    if year is None:
        year = today.year
        if (_part(year, month, match["part"])) < today:
            year += 1
    return _part(year, month, match["part"]), _NO_WEEKDAY


def _part_of_month(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    prefix = match["months"]
    year, month = rules.shifted_month(today, dates_data().months[prefix] if prefix else 0)
    found = _part(year, month, match["part"])
    if not prefix and found < today:
        found = _part(*rules.shifted_month(today, 1), match["part"])
    return found, _NO_WEEKDAY


def _part(year: int, month: int, part: str) -> dt.date:
    if part in ("底", "末"):
        return rules.last_day(year, month)
    first = {"初": 1, "上旬": 1, "下旬": 21}.get(part, 15)
    return dt.date(year, month, first)


def _lunar(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    months = {"正": 1, "冬": 11, "腊": 12}
    month = months.get(match["month"]) or number(match["month"])
    day = number(match["day"].removeprefix("初"))
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 30):
        return None, _NO_WEEKDAY
    return rules.lunar_day(today, month, day), _NO_WEEKDAY


def _lunar_day_only(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    day = number(match["day"])
    return (rules.lunar_day_of_any_month(today, day) if day else None), _NO_WEEKDAY


def _relative_day(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    return today + dt.timedelta(days=dates_data().relative_days[match["relative"]]), _NO_WEEKDAY


def _short_relative_day(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    shift = {"今": 0, "明": 1, "后": 2, "昨": -1}[match["relative"]]
    return today + dt.timedelta(days=shift), _NO_WEEKDAY


def _count(text: str) -> int | None:
    """The number of days or weeks; None for 两三天."""
    return None if re.fullmatch("[一二两三四五六七八九]{2,}", text) else number(text)


def _days_later(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    count = _count(match["count"])
    return (today + dt.timedelta(days=count) if count and count < 400 else None), _NO_WEEKDAY


def _weeks_later(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    count = _count(match["count"])
    return (today + dt.timedelta(days=7 * count) if count and count < 60 else None), _NO_WEEKDAY


def _months_later(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    per_unit = 12 if match["unit"] == "年" else 1
    if match["count"] == "半":
        if per_unit == 1:
            return None, _NO_WEEKDAY  # 半个月 is a rule of its own
        months: int | None = 6
    else:
        count = number(match["count"])
        months = count * per_unit if count and count <= 24 else None
    if months is None:
        return None, _NO_WEEKDAY
    year, month = rules.shifted_month(today, months)
    last = rules.last_day(year, month)
    return last.replace(day=min(today.day, last.day)), _NO_WEEKDAY


def _half_a_month_later(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    return today + dt.timedelta(days=15), _NO_WEEKDAY


def _weekday(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    weekday = dates_data().weekdays[match["weekday"]]
    if match["weeks"] is None:
        return rules.next_weekday(today, weekday), frozenset({weekday})
    return rules.weekday_in_week(today, dates_data().weeks[match["weeks"]], weekday), frozenset(
        {weekday}
    )


def _weekend(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    weeks = dates_data().weeks[match["weeks"]] if match["weeks"] else 0
    return rules.weekend(today, weeks), frozenset({5, 6})


def _working_day(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    return rules.next_working_day(today), _NO_WEEKDAY


def _festival(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    festival = next(f for f in festivals_data().festivals if match["festival"] in f.names)
    if match["shift"] in _AFTER:
        return rules.after_festival(today, festival), _NO_WEEKDAY
    day = rules.festival_day(today, festival)
    if day is None:
        return None, _NO_WEEKDAY
    shift = {"前一天": -1, "前天": -1, "前夕": -1, "后一天": 1, "第二天": 1}.get(match["shift"], 0)
    return day + dt.timedelta(days=shift), _NO_WEEKDAY


def _after_new_year(match: re.Match[str], today: dt.date, past: bool) -> Resolved:
    festival = next(f for f in festivals_data().festivals if f.lunar == (1, 1))
    return rules.after_festival(today, festival), _NO_WEEKDAY


# Dates of a month and a day: where they name no day, a shorter one inside them does not either.
_WHOLE_DATES = (_calendar_date, _relative_month_day, _lunar)
