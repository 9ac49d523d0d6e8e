"""Which day each way to name one means."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.day_expressions import WHOLE_DATES, alternatives, day_expressions

TODAY = dt.date(2021, 3, 1)  # a Monday


def meant(text: str) -> set[dt.date | None]:
    return {
        resolve(match, TODAY, False)[0]
        for expression, resolve in day_expressions()
        if (match := expression.fullmatch(text))
    }


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("三月十二号", dt.date(2021, 3, 12)),
        ("下个月五号", dt.date(2021, 4, 5)),
        ("大后天", dt.date(2021, 3, 4)),
        ("下礼拜三", dt.date(2021, 3, 10)),
        ("三天以后", dt.date(2021, 3, 4)),
        ("清明节", dt.date(2021, 4, 4)),
        ("农历二月初二", dt.date(2021, 3, 14)),
    ],
)
def test_a_day_by_its_name(said: str, day: dt.date) -> None:
    assert day in meant(said)


def test_a_day_that_no_calendar_has_is_none() -> None:
    whole = [e for e, resolve in day_expressions() if resolve in WHOLE_DATES]
    assert any(expression.fullmatch("二月三十号") for expression in whole)
    assert meant("二月三十号") == {None}


@given(st.dates(TODAY, dt.date(2021, 12, 31)))
def test_every_date_of_the_year_is_found_in_figures(day: dt.date) -> None:
    assert day in meant(f"{day.month}月{day.day}号")


def test_the_longest_word_is_looked_for_first() -> None:
    assert alternatives(["后天", "大后天"]) == "大后天|后天"
