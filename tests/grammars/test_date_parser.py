from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars import date_parser
from grammars.meaning import Period
from grammars.sampler import numeral
from tests.grammars.questions import TODAY


@settings(deadline=None)
@given(st.dates(dt.date(2026, 1, 1), dt.date(2029, 12, 31)), st.booleans(), st.booleans())
def test_a_date_said_in_full_is_read_back(day: dt.date, arabic: bool, spelled_year: bool) -> None:
    month, number = (
        (str(day.month), str(day.day))
        if arabic
        else (
            numeral(day.month),
            numeral(day.day),
        )
    )
    year = (
        "".join("零一二三四五六七八九"[int(c)] for c in str(day.year)) if spelled_year else day.year
    )
    (span,) = date_parser.days(f"我要{year}年{month}月{number}号的", TODAY)
    assert span.day == day


@settings(deadline=None)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(0, 300))
def test_a_date_without_year_is_the_next_one(today: dt.date, ahead: int) -> None:
    day = today + dt.timedelta(days=ahead)
    (span,) = date_parser.days(f"{numeral(day.month)}月{numeral(day.day)}号", today)
    assert span.day == day


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("早上八点", Period.MORNING),
        ("九点半", Period.MORNING),
        ("三点钟", Period.AFTERNOON),
        ("下午三点", Period.AFTERNOON),
        ("中午", Period.AFTERNOON),
        ("晚上七点", Period.EVENING),
        ("十九点", Period.EVENING),
        ("明早", Period.MORNING),
        ("今晚", Period.EVENING),
    ],
)
def test_parts_of_the_day(text: str, period: Period) -> None:
    assert [span.period for span in date_parser.periods(text)] == [period]


@pytest.mark.parametrize("text", ["慢一点", "早一点的", "有点贵", "大声点", "点心"])
def test_what_is_no_part_of_the_day(text: str) -> None:
    assert date_parser.periods(text) == []


@pytest.mark.parametrize("text", ["一号楼", "三号线", "下个月", "周末年", "四五四医院"])
def test_numbers_that_are_no_days(text: str) -> None:
    assert [s for s in date_parser.days(text, TODAY) if s.end - s.start > 2] == []


def test_the_longest_reading_wins() -> None:
    (span,) = date_parser.days("下下周二", TODAY)
    assert span.day == dt.date(2026, 12, 8)
    assert (span.start, span.end) == (0, 4)


def test_words_of_the_past_turn_a_date_around() -> None:
    (span,) = date_parser.days("我上次十一月三号挂的", TODAY)
    assert span.day == dt.date(2026, 11, 3)


@pytest.mark.parametrize("text", ["越快越好", "尽快", "最早的"])
def test_as_soon_as_possible(text: str) -> None:
    assert len(date_parser.earliest(text)) == 1


def test_recently_is_not_as_soon_as_possible() -> None:
    assert date_parser.earliest("我最近胃不舒服") == []


def test_a_day_far_beyond_any_booking_is_no_rival_of_a_near_one() -> None:
    today = dt.date(2026, 3, 2)
    near = date_parser.days("1月2日大后天", today)
    assert [span.day for span in date_parser.within_reach(near, today)] == [dt.date(2026, 3, 5)]
    alone = date_parser.days("1月2日", today)
    assert date_parser.within_reach(alone, today) == alone
    limits = date_parser.days("明天以后，六月一号以前", today)
    assert date_parser.within_reach(limits, today) == limits
