"""Places on the line of time."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ivr.call_search import places

MOMENTS = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(9999, 12, 31))
TIMES = st.sets(st.integers(0, 86_399_999), max_size=40)


@given(one=MOMENTS, other=MOMENTS)
def test_a_later_call_has_no_smaller_place(one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted((one, other))
    assert places.place_of(earlier) <= places.place_of(later)


@given(moment=MOMENTS)
def test_a_place_is_its_day_and_its_time(moment: dt.datetime) -> None:
    place = places.place_of(moment)
    assert places.day_of(place) == places.day_number(moment.date())
    assert places.place(places.day_of(place), places.time_of(place)) == place
    assert place < 1 << 62


@given(one=TIMES, other=TIMES)
def test_times_are_kept_sorted_and_combined_as_sets(one: set[int], other: set[int]) -> None:
    first, second = (np.array(sorted(times), np.uint32) for times in (one, other))
    assert places.unpacked(places.packed(first)).tolist() == sorted(one)
    assert places.in_both(first, second).tolist() == sorted(one & other)
    assert places.in_either(first, second).tolist() == sorted(one | other)
