"""Which day a caller means, relative to an injected today. Pure date arithmetic.

Rules, where the words leave a choice:
- a date without a year is the next one on or after today (a caller books the
  future); when the words speak of the past (`past=True`) it is the last one;
- 周三 alone is the first Wednesday after today; 这周三 lies in the current week
  (Monday to Sunday) even when gone by; 下周三 in the next week;
- 十五号 is the next 15th on or after today; 月底 the last day of this month;
- 周末 is this week's Saturday, on a Sunday that Sunday;
- 初五 without a month is the next such day of any lunar month.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache

from lunar_python import Lunar, Solar
from lunar_python.util import HolidayUtil

from grammars.data_models import Festival

_MOST_SHORT_MONTHS = 5  # not every lunar month has a 30th
_TERM_NAMES = {"DONG_ZHI": "冬至", "LI_CHUN": "立春", "QING_MING": "清明"}


def safe_date(year: int, month: int, day: int) -> dt.date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_day(today: dt.date, month: int, day: int, *, past: bool = False) -> dt.date | None:
    """The next (or last) such day of the year; 29 February looks up to eight years ahead."""
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for year in years:
        found = safe_date(year, month, day)
        if found is not None and (found <= today if past else found >= today):
            return found
    return None


def day_of_month(today: dt.date, day: int, *, past: bool = False) -> dt.date | None:
    """The next (or last) month's day with this number, today included."""
    for step in range(0, 13):
        year, month = shifted_month(today, -step if past else step)
        found = safe_date(year, month, day)
        if found is not None and (found <= today if past else found >= today):
            return found
    return None


def shifted_month(today: dt.date, months: int) -> tuple[int, int]:
    """(year, month) so many months from the current one."""
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def weekday_in_week(today: dt.date, weeks: int, weekday: int) -> dt.date:
    """That weekday of the week so many weeks from the current one (Monday first)."""
    monday = today - dt.timedelta(days=today.weekday())
    return monday + dt.timedelta(days=7 * weeks + weekday)


def next_weekday(today: dt.date, weekday: int) -> dt.date:
    """The first such weekday after today."""
    return today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def weekend(today: dt.date, weeks: int) -> dt.date:
    """Saturday of that week; for the current week on a Sunday, today."""
    saturday = weekday_in_week(today, weeks, 5)
    return today if weeks == 0 and saturday < today else saturday


def next_working_day(today: dt.date) -> dt.date:
    """The first day after today on which offices work (public holidays as far as known)."""
    day = today
    for _ in range(30):
        day += dt.timedelta(days=1)
        known = HolidayUtil.getHoliday(day.isoformat())
        if known.isWork() if known is not None else day.weekday() < 5:
            return day
    return day


@lru_cache(maxsize=4096)
def lunar_day(today: dt.date, month: int, day: int) -> dt.date | None:
    """The next day on or after today with this lunar month and day.

    Day 30 of a month that has only 29 days is its last day (除夕).
    """
    for year in range(today.year - 1, today.year + 3):
        for number in (day, 29) if day == 30 else (day,):
            try:
                solar = Lunar.fromYmd(year, month, number).getSolar()
            except Exception:  # the library raises bare Exception for a day that is not there
                continue
            found = dt.date(solar.getYear(), solar.getMonth(), solar.getDay())
            if found >= today:
                return found
            break
    return None


@lru_cache(maxsize=512)
def lunar_day_of_any_month(today: dt.date, day: int) -> dt.date | None:
    """The next day on or after today that is this day (1 to 30) of its lunar month."""
    ahead = day - _day_of_lunar_month(today)
    for months in range(_MOST_SHORT_MONTHS):  # of 29 or 30 days; the library is slow, so leap
        for step in range(ahead + 29 * months, ahead + 30 * months + 1):
            found = today + dt.timedelta(days=step)
            if step >= 0 and _day_of_lunar_month(found) == day:
                return found
    return None


def _day_of_lunar_month(date: dt.date) -> int:
    return int(Solar.fromYmd(date.year, date.month, date.day).getLunar().getDay())


@lru_cache(maxsize=512)
def solar_term(today: dt.date, term: str) -> dt.date | None:
    """The next day on or after today on which this solar term falls."""
    days: set[dt.date] = set()
    for year in range(today.year - 1, today.year + 3):
        for name, solar in Lunar.fromYmd(year, 6, 1).getJieQiTable().items():
            if _TERM_NAMES.get(name, name) == term:
                days.add(dt.date(solar.getYear(), solar.getMonth(), solar.getDay()))
    return min((day for day in days if day >= today), default=None)


def festival_day(today: dt.date, festival: Festival) -> dt.date | None:
    """The next such festival on or after today."""
    if festival.solar is not None:
        return month_day(today, *festival.solar)
    if festival.lunar is not None:
        return lunar_day(today, *festival.lunar)
    return solar_term(today, festival.term) if festival.term else None


def after_festival(today: dt.date, festival: Festival) -> dt.date | None:
    """The first working day after the festival and the days off that follow it."""
    first = festival_day(today - dt.timedelta(days=max(festival.days_off - 1, 0)), festival)
    if first is None:
        return None
    return next_working_day(first + dt.timedelta(days=max(festival.days_off - 1, 0)))
