"""Links into the list of calls, for whoever shows a figure. Pure.

The list takes filters from its address; whatever is personal (a number, words) is posted instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlencode

NONE = "none"
"""Stands for "without one": a call that goes on has no outcome."""


def calls_link(
    since: dt.datetime,
    until: dt.datetime,
    *,
    outcomes: Iterable[StrEnum | None] = (),
    reasons: Iterable[StrEnum | None] = (),
    categories: Iterable[StrEnum | None] = (),
    asked: Iterable[StrEnum | None] = (),
    hours: Iterable[int] = (),
    below: float | None = None,
    slow: bool = False,
) -> str:
    """`since` <= started < `until`; of several values of one kind, one must be true."""
    pairs = [("since", _moment(since)), ("until", _moment(until))]
    for name, values in (
        ("outcome", outcomes),
        ("reason", reasons),
        ("category", categories),
        ("asked", asked),
    ):
        pairs += [(name, NONE if value is None else value.value) for value in values]
    pairs += [("hour", str(hour)) for hour in hours]
    if below is not None:
        pairs.append(("below", f"{below:g}"))
    if slow:
        pairs.append(("slow", "1"))
    return f"/calls?{urlencode(pairs)}"


def _moment(moment: dt.datetime) -> str:
    """As a browser's datetime-local field has it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
