"""Day, week and month, and what they are compared with."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.board.periods import Kind, Period, after, before, period, same_moment

SUNDAY = dt.date(2026, 11, 29)
DAYS = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1))


def test_a_week_runs_from_monday_to_sunday() -> None:
    assert period(Kind.WEEK, SUNDAY) == Period(dt.date(2026, 11, 23), SUNDAY)


def test_a_month_is_whole() -> None:
    february = period(Kind.MONTH, dt.date(2024, 2, 10))
    assert (february.first.day, february.last.day) == (1, 29)


@pytest.mark.parametrize("kind", Kind)
@given(day=DAYS)
def test_periods_follow_one_another_without_a_gap(kind: Kind, day: dt.date) -> None:
    this = period(kind, day)
    assert day in this.days
    assert before(kind, this).ends == this.begins
    assert after(kind, this).begins == this.ends
    assert before(kind, after(kind, this)) == this


def test_a_morning_is_compared_with_the_morning_before() -> None:
    today = period(Kind.DAY, SUNDAY)
    moment = same_moment(today, before(Kind.DAY, today), dt.datetime(2026, 11, 29, 10, 30))
    assert moment == dt.datetime(2026, 11, 28, 10, 30)


def test_what_is_over_is_compared_whole() -> None:
    yesterday = period(Kind.DAY, SUNDAY - dt.timedelta(days=1))
    now = dt.datetime(2026, 11, 29, 10, 30)
    assert same_moment(yesterday, before(Kind.DAY, yesterday), now) is None


def test_the_31st_has_no_counterpart_in_november() -> None:
    december = period(Kind.MONTH, dt.date(2026, 12, 31))
    november = before(Kind.MONTH, december)
    assert same_moment(december, november, dt.datetime(2026, 12, 31, 12)) == november.ends
