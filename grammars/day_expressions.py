"""How a day is said, and which day that is: the expressions that `date_parser` looks for.

Each has a resolver: its match and today -> the day (None where no calendar has it), and the
weekdays where the caller named a weekday or the weekend.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import cache

from grammars import calendar_rules as rules
from grammars.data_files import dates_data, festivals_data
from grammars.numerals import number

Resolved = tuple[dt.date | None, frozenset[int]]  # the day, and the weekdays if named
Resolver = Callable[[re.Match[str], dt.date, bool], Resolved]

NUMERAL = "[0-9零一二两三四五六七八九十廿卅]"
AFTER = ("以后", "之后", "过后", "过了", "后")
_NO_WEEKDAY: frozenset[int] = frozenset()
_DAY = f"(?P<day>{NUMERAL}{{1,3}})"
_MONTH = f"(?P<month>{NUMERAL}{{1,2}})"
_NO_DATE_AFTER = "(?![线楼院门窗机馆床台])"
_NOT_A_CLASS = "(?!中|年级|毕业|学生|的学生|的孩子|步|期|次)"  # 初三 is a year at school as well


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def day_expressions() -> tuple[tuple[re.Pattern[str], Resolver], ...]:
    data = dates_data()
    week_words = alternatives(data.weekday_words)
    weekdays = alternatives(data.weekdays)
    weeks = alternatives(data.weeks)
    months = alternatives(data.months)
    relative = alternatives(data.relative_days)
    festivals = alternatives(name for f in festivals_data().festivals for name in f.names)
    year = f"(?:(?P<year>{NUMERAL}{{4}}|{NUMERAL}{{2}}|今|明|后|去)年)?"
    lunar_day = f"(?P<day>初{NUMERAL}|[十廿卅]{NUMERAL}|二十{NUMERAL}?|三十|{NUMERAL}{{1,3}})"
    lunar_month = f"(?P<month>[正冬腊]|{NUMERAL}{{1,2}})"
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
            f"{lunar_month}月(?P<day>初{NUMERAL}|廿{NUMERAL}?)",
            _lunar,
        ),
        (f"(?P<month>[正冬腊])月{lunar_day}", _lunar),
        (
            f"(?<![月年最当起上读念])(?:{calendar_name}的?)?初(?P<day>[一二三四五六七八九十]){_NOT_A_CLASS}",
            _lunar_day_only,
        ),
        (f"(?P<relative>{relative})", _relative_day),
        ("(?P<relative>[今明后昨])(?=[早晚])", _short_relative_day),
        ("(?P<relative>[今明])(?=明后?天?|后天|两天)", _short_relative_day),
        (f"(?:过|再过|等)?(?P<count>{NUMERAL}{{1,3}})天{later}", _days_later),
        (f"(?:再过|过)(?P<count>[三四五六七八九十3-9]{NUMERAL}?)天", _days_later),
        (f"(?P<count>{NUMERAL}{{1,2}})(?:个)?(?:{week_words}){later}", _weeks_later),
        (f"(?:过|再过)(?P<count>{NUMERAL}{{1,2}})(?:个)?(?:{week_words})", _weeks_later),
        (f"半个月{later}|过半个月", _half_a_month_later),
        (f"(?:过|再过|等)?(?P<count>{NUMERAL}{{1,2}}|半)(?P<unit>个月|年){later}", _months_later),
        (
            f"(?:(?<![早晚])(?P<weeks>{weeks}))?(?:{week_words})的?(?:{week_words})?(?P<weekday>{weekdays})",
            _weekday,
        ),
        (f"(?:(?<![早晚])(?P<weeks>{weeks}))?(?:周末|礼拜末|星期末|双休日)", _weekend),
        ("(?:下|下一|最近的?|最近一|第一|头一)个?工作日|明天的工作日", _working_day),
        (
            f"(?P<festival>{festivals})(?:长假|假期|放假)?的?"
            f"(?P<shift>前一天|前天|后一天|第二天|前夕|{'|'.join(AFTER)})?(?!以前|之前|前)",
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
    if match["shift"] in AFTER:
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
WHOLE_DATES = (_calendar_date, _relative_month_day, _lunar)
