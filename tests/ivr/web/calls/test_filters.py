"""From a form or a link to a query."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.call_search.query import CallQuery
from ivr.call_search.terms import Side
from ivr.web.calls.filters import MANY, ONE, BadFilter, read_filters

NAMES = st.sampled_from((*MANY, *ONE, "csrf"))


def test_a_form_becomes_a_query() -> None:
    filters = read_filters(
        {
            "since": ["2026-11-24"],
            "until": ["2026-11-24"],
            "outcome": ["failed", "none", "failed"],
            "reason": ["hung_up"],
            "asked": ["hospital"],
            "hour": ["9"],
            "length": ["length:30"],
            "below": ["0.5"],
            "slow": ["1"],
            "side": ["c"],
            "words": [" 鼓楼 "],
            "last_four": ["0042"],
            "category": [""],
            "csrf": ["x"],
        },
        posted=True,
    )
    assert filters.query == CallQuery(
        since=dt.datetime(2026, 11, 24),
        until=dt.datetime(2026, 11, 25),
        outcomes=frozenset({Outcome.FAILED, None}),
        reasons=frozenset({Reason.HUNG_UP}),
        asked_last=frozenset({Slot.HOSPITAL}),
        hours=frozenset({9}),
        lengths=frozenset({"length:30"}),
        below=0.5,
        slow=True,
        sides=frozenset({Side.CALLER}),
        words="鼓楼",
        last_four="0042",
    )
    assert filters.since_day == filters.until_day == "2026-11-24"
    assert filters.has("hour", "09")


def test_what_finds_a_person_is_neither_kept_nor_told_to_the_audit() -> None:
    filters = read_filters({"last_four": ["0042"], "outcome": ["failed"]}, posted=True)
    assert filters.kept == {"outcome": ["failed"]}
    assert filters.names == "last_four outcome"


@pytest.mark.parametrize(
    "given", [{"last_four": ["0042"]}, {"words": ["13900001234"]}, {"words": ["尾号12-34"]}]
)
def test_what_finds_a_person_may_not_stand_in_an_address(given: dict[str, list[str]]) -> None:
    with pytest.raises(BadFilter, match="posted_only"):
        read_filters(given, posted=False)
    read_filters(given, posted=True)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"outcome": ["lost"]}, "bad_filter"),
        ({"hour": ["24"]}, "bad_filter"),
        ({"below": ["0.4"]}, "bad_filter"),
        ({"length": ["length:31"]}, "bad_filter"),
        ({"since": ["2026-11-24", "2026-11-25"]}, "bad_filter"),
        ({"since": ["yesterday"]}, "bad_time"),
        ({"since": ["2026-11-24T08:00+08:00"]}, "bad_time"),
        ({"until": ["9999-12-31"]}, "bad_time"),
        ({"since": ["2026-11-25"], "until": ["2026-11-24"]}, "bad_time"),
        ({"last_four": ["42"]}, "bad_last_four"),
        ({"last_four": ["四二四二"]}, "bad_last_four"),
        ({"words": ["鼓"]}, "short_words"),
        ({"words": ["鼓楼" * 60]}, "long_words"),
    ],
)
def test_a_value_that_no_filter_has_is_refused(given: dict[str, list[str]], key: str) -> None:
    with pytest.raises(BadFilter, match=key):
        read_filters(given, posted=True)


def test_a_moment_is_taken_as_it_is() -> None:
    filters = read_filters(
        {"since": ["2026-11-24T08:00"], "until": ["2026-11-25T00:00"]}, posted=False
    )
    assert filters.query.since == dt.datetime(2026, 11, 24, 8)
    assert filters.until_day == "2026-11-24"


@given(given=st.dictionaries(NAMES, st.lists(st.text(max_size=20), max_size=3)))
def test_whatever_is_sent_is_a_query_or_refused(given: dict[str, list[str]]) -> None:
    try:
        filters = read_filters(given, posted=True)
    except BadFilter:
        return
    assert filters.query.groups()
    assert read_filters(filters.fields, posted=True) == filters
