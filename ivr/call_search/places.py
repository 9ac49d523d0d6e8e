"""Where a call stands among all calls: one number, greater for a later call. Pure.

A place is a day (since 1970-01-01) and a time in it (milliseconds since midnight; a call that began
in the same millisecond as another takes the next one that is free). The times of a term's calls on
one day are kept as sorted 32-bit little-endian integers.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

_TIME_BITS = 27  # of 86,400,000 milliseconds
_TIME_MASK = (1 << _TIME_BITS) - 1
_FIRST_DAY = dt.date(1970, 1, 1)
_MILLISECOND = dt.timedelta(milliseconds=1)

Times = NDArray[np.uint32]
Places = NDArray[np.int64]
NO_PLACES: Places = np.empty(0, np.int64)


def day_number(day: dt.date) -> int:
    return (day - _FIRST_DAY).days


def place_of(moment: dt.datetime) -> int:
    """The first place of that millisecond."""
    midnight = dt.datetime.combine(moment.date(), dt.time())
    return place(day_number(moment.date()), (moment - midnight) // _MILLISECOND)


def place(day: int, time: int) -> int:
    return day << _TIME_BITS | time


def day_of(place: int) -> int:
    return place >> _TIME_BITS


def time_of(place: int) -> int:
    return place & _TIME_MASK


def packed(times: Times) -> bytes:
    """Sorted times as they are kept."""
    return times.astype("<u4").tobytes()


def unpacked(kept: bytes) -> Times:
    return np.frombuffer(kept, "<u4").astype(np.uint32, copy=False)


def places_of(day: int, kept: bytes) -> Places:
    """The kept times of a day as places, in order."""
    return unpacked(kept).astype(np.int64) + place(day, 0)


def in_both(one: Places, other: Places) -> Places:
    """Of sorted places, each once."""
    few, many = sorted((one, other), key=len)
    if not len(few):
        return NO_PLACES
    at = np.minimum(np.searchsorted(many, few), len(many) - 1)
    found: Places = few[many[at] == few]
    return found


def in_either(one: Places, other: Places) -> Places:
    """Of sorted places, each once."""
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # two sorted runs: merged
    return both[np.append(True, both[1:] != both[:-1])] if len(both) else both


def between(places: Places, low: int, high: int) -> Places:
    """`low` <= place < `high`."""
    first, last = np.searchsorted(places, (low, high))
    return places[first:last]
