"""What a call can be found by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import StoredCall, StoredTurn
from ivr.call_search import terms
from ivr.call_search.terms import Side

START = dt.datetime(2026, 11, 24, 9, 30)


def turn(
    number: int = 1,
    asked: str = "",
    heard: tuple[tuple[str, float], ...] = (),
    expected: str | None = None,
    understood: dict[str, Any] | None = None,
    decided: tuple[str, ...] = (),
    waited: float = 0.5,
) -> StoredTurn:
    return StoredTurn(
        number=number,
        started_at=START,
        ended_at=START,
        prompts=(),
        asked=asked,
        expected=expected,
        heard=heard,
        understood=understood or {},
        keys="",
        decided=decided,
        marks=(),
        timings={"first_frame": waited},
    )


def call(*turns: StoredTurn, seconds: float = 100.0) -> StoredCall:
    return StoredCall(
        call_id="x",
        caller_last_four="1234",
        started_at=START,
        answered_at=START,
        ended_at=START + dt.timedelta(seconds=seconds),
        outcome=Outcome.ABANDONED,
        category=Category.BOOKING,
        reason=Reason.HUNG_UP,
        recording="",
        recogniser="",
        voice="",
        version="",
        turn_count=len(turns),
        turns=turns,
    )


def test_a_call_is_found_by_how_it_ended_and_when() -> None:
    found = terms.call_terms(call())
    assert {
        "every",
        "outcome:abandoned",
        "category:电话预约",
        "reason:hung_up",
        "hour:09",
        "length:120",
        "number:1234",
        "asked:",
    } == found


def test_a_call_is_found_by_what_each_side_said_and_what_was_asked_last() -> None:
    found = terms.call_terms(
        call(
            turn(1, "您好", (("鼓楼，医院", 0.6), ("古楼", 0.2)), "hospital"),
            turn(2, "哪个科？", (), "department"),
            turn(3, "再见"),
        )
    )
    assert {"a您好", "a哪个", "a个科", "a再见", "c鼓楼", "c楼医", "c医院"} <= found
    assert "c古楼" not in found
    assert "asked:department" in found


@pytest.mark.parametrize(("confidence", "low"), [(0.2, 3), (0.4, 2), (0.69, 1), (0.7, 0)])
def test_the_least_sure_turn_decides_how_low_a_call_is(confidence: float, low: int) -> None:
    found = terms.call_terms(
        call(turn(1, heard=(("好", 0.95),)), turn(2, heard=(("不", confidence),)))
    )
    assert sum(term.startswith("low:") for term in found) == low


def test_one_long_wait_makes_a_call_slow() -> None:
    assert terms.SLOW in terms.call_terms(call(turn(1, waited=2.0)))
    assert terms.SLOW not in terms.call_terms(call(turn(1, waited=1.9)))


def test_the_hospitals_are_those_that_something_was_looked_up_for() -> None:
    turns = (
        turn(1, understood={"hospital": [{"value": "江苏省人民医院", "confidence": 0.4}]}),
        turn(2, decided=("find_departments 南京鼓楼医院",)),
        turn(3, decided=("find_sessions offer 南京市中医院 眼科 any any 2026-11-25..2026-12-01",)),
        turn(4, decided=("find_doctors 南京鼓楼医院 眼科",)),
    )
    assert terms.hospitals_of(turns) == ("南京市中医院", "南京鼓楼医院")
    assert terms.hospitals_of(turns[:1]) == ("江苏省人民医院",)


@given(seconds=st.floats(0, 5000))
def test_every_length_has_one_class(seconds: float) -> None:
    assert terms.length(seconds) in terms.lengths()


@given(text=st.text(max_size=30))
def test_a_text_that_was_folded_stays_as_it_is(text: str) -> None:
    once = terms.folded(text)
    assert terms.folded(once) == once


@given(text=st.text("鼓楼医院心内科", min_size=2, max_size=20), data=st.data())
def test_whatever_stands_in_a_text_has_only_pairs_of_that_text(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert terms.pairs(Side.CALLER, text[start:end]) <= terms.pairs(Side.CALLER, text)
