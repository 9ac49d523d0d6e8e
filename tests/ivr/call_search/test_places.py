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


@given(times=TIMES, day=st.integers(0, 40000))
def test_times_are_kept_and_come_back_as_places(times: set[int], day: int) -> None:
    kept = places.packed(np.array(sorted(times), np.uint32))
    assert len(kept) == 4 * len(times)
    assert places.unpacked(kept).tolist() == sorted(times)
    assert [places.time_of(place) for place in places.places_of(day, kept)] == sorted(times)
    assert {places.day_of(int(place)) for place in places.places_of(day, kept)} <= {day}


@given(one=TIMES, other=TIMES)
def test_places_are_combined_as_sets_are(one: set[int], other: set[int]) -> None:
    first, second = (np.array(sorted(times), np.int64) for times in (one, other))
    assert places.in_both(first, second).tolist() == sorted(one & other)
    assert places.in_either(first, second).tolist() == sorted(one | other)


@given(times=TIMES, low=st.integers(-5, 90_000_000), high=st.integers(-5, 90_000_000))
def test_a_stretch_of_places_begins_with_its_first_and_ends_before_its_last(
    times: set[int], low: int, high: int
) -> None:
    found = places.between(np.array(sorted(times), np.int64), low, high)
    assert found.tolist() == sorted(time for time in times if low <= time < high)
