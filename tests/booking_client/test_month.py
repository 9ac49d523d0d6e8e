from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.month import Month

MONTHS = st.builds(Month, st.integers(1949, 2999), st.integers(1, 12))


@given(MONTHS)
def test_a_month_reads_what_it_writes(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(MONTHS)
def test_a_month_ends_where_the_next_begins(month: Month) -> None:
    last = month.days()[-1]
    assert last + dt.timedelta(days=1) == month.next.first
    assert month.begins.date() == month.days()[0] == month.first


@pytest.mark.parametrize("text", ["2021-13", "2021-00", "2021-2", "202102", "1948-01", "二月", ""])
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@given(MONTHS)
def test_the_month_before_is_followed_by_the_month(month: Month) -> None:
    assert month.previous.next == month
