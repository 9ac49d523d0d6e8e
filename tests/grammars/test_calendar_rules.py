from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import Solar

from grammars import calendar_rules as rules
from grammars.data_files import festivals_data

TODAY = dt.date(2026, 11, 24)
_DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


@given(_DAYS, _DAYS)
def test_a_day_of_the_year_is_never_gone_by(today: dt.date, day: dt.date) -> None:
    found = rules.month_day(today, day.month, day.day)
    assert found is not None
    assert found >= today
    assert (found.month, found.day) == (day.month, day.day)


@given(_DAYS, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_one(today: dt.date, day: int) -> None:
    found = rules.day_of_month(today, day)
    assert found is not None
    assert found.day == day
    assert today <= found < today + dt.timedelta(days=63)


@given(_DAYS, st.integers(0, 6))
def test_a_bare_weekday_lies_within_the_next_seven_days(today: dt.date, weekday: int) -> None:
    ahead = (rules.next_weekday(today, weekday) - today).days
    assert 1 <= ahead <= 7


@given(_DAYS, st.integers(-1, 3), st.integers(0, 6))
def test_weeks_begin_on_monday(today: dt.date, weeks: int, weekday: int) -> None:
    found = rules.weekday_in_week(today, weeks, weekday)
    assert found.weekday() == weekday
    assert found.isocalendar()[:2] == (today + dt.timedelta(weeks=weeks)).isocalendar()[:2]


def test_past_days_when_the_words_say_so() -> None:
    assert rules.month_day(TODAY, 11, 20, past=True) == dt.date(2026, 11, 20)
    assert rules.month_day(TODAY, 11, 20) == dt.date(2027, 11, 20)
    assert rules.day_of_month(TODAY, 25, past=True) == dt.date(2026, 10, 25)


def test_weekend_on_a_sunday_is_today() -> None:
    assert rules.weekend(dt.date(2026, 11, 29), 0) == dt.date(2026, 11, 29)
    assert rules.weekend(TODAY, 0) == dt.date(2026, 11, 28)


def test_the_next_working_day_skips_the_weekend() -> None:
    assert rules.next_working_day(dt.date(2026, 11, 27)) == dt.date(2026, 11, 30)
    # 1 October 2026 is a public holiday.
    assert rules.next_working_day(dt.date(2026, 9, 30)).month == 10
    assert rules.next_working_day(dt.date(2026, 9, 30)) > dt.date(2026, 10, 3)


@pytest.mark.parametrize(
    ("month", "day", "solar"),
    [
        (1, 1, dt.date(2027, 2, 6)),  # 春节 2027
        (1, 15, dt.date(2027, 2, 20)),  # 元宵 2027
        (5, 5, dt.date(2027, 6, 9)),  # 端午 2027
        (8, 15, dt.date(2027, 9, 15)),  # 中秋 2027
        (12, 30, dt.date(2027, 2, 5)),  # 除夕: the 12th month of that year has 29 days
    ],
)
def test_lunar_days(month: int, day: int, solar: dt.date) -> None:
    assert rules.lunar_day(TODAY, month, day) == solar


def test_solar_terms() -> None:
    assert rules.solar_term(TODAY, "冬至") == dt.date(2026, 12, 22)
    assert rules.solar_term(TODAY, "清明") == dt.date(2027, 4, 5)


def test_every_festival_of_the_data_file_has_a_day() -> None:
    for festival in festivals_data().festivals:
        day = rules.festival_day(TODAY, festival)
        assert day is not None, festival.names
        assert TODAY <= day <= TODAY + dt.timedelta(days=400)


def test_after_a_festival_is_the_working_day_after_its_days_off() -> None:
    (national,) = [f for f in festivals_data().festivals if "国庆" in f.names]
    assert rules.after_festival(dt.date(2026, 9, 25), national) == dt.date(2026, 10, 8)
    # In the middle of the days off it is the same day, not next year's.
    assert rules.after_festival(dt.date(2026, 10, 4), national) == dt.date(2026, 10, 8)


@settings(deadline=None)  # the library computes a year's new moons at first
@given(_DAYS, st.integers(1, 30))
def test_a_lunar_day_without_a_month_is_the_next_one(today: dt.date, day: int) -> None:
    found = rules.lunar_day_of_any_month(today, day)
    assert found is not None
    assert found >= today
    assert day == 30 or found < today + dt.timedelta(days=31)
    assert Solar.fromYmd(found.year, found.month, found.day).getLunar().getDay() == day
