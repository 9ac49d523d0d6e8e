"""What the page of one call shows."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from dialogs.outcomes import Category, Outcome, Reason
from ivr.call_log import StoredCall, StoredTurn
from ivr.reviews.reviews import Mark, Review
from ivr.web.calls.call_page import booked_by, call_page

START = dt.datetime(2026, 11, 24, 9, 30)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


TURN = StoredTurn(
    number=1,
    started_at=at(3),
    ended_at=at(13),
    prompts=("greeting",),
    asked="您好",
    expected="task",
    heard=(("鼓楼医院", 0.6), ("古楼医院", 0.3)),
    understood={
        "text": "鼓楼医院",
        "hospital": [{"value": "南京鼓楼医院", "confidence": 0.9}],
        "restart": True,
    },
    keys="",
    decided=("say question.department", "listen department", "listen department"),
    marks=(),
    timings={"endpointing": 0.5, "recognition": 0.3, "bell": 0.1, "first_frame": 1.2},
)
CALL = StoredCall(
    call_id="x",
    caller_last_four="",
    started_at=START,
    answered_at=at(3),
    ended_at=at(60),
    outcome=Outcome.BOOKED,
    category=Category.BOOKING,
    reason=Reason.COMPLETED,
    recording="",
    recogniser="",
    voice="",
    version="",
    turn_count=1,
    turns=(TURN,),
)


def test_a_turn_has_its_places_in_the_recording() -> None:
    (turn,) = call_page(CALL, Review()).turns
    assert (turn.asked_at, turn.until) == (0, 10)
    assert turn.asked_at < turn.heard_at < turn.until


def test_hops_follow_each_other_up_to_our_first_sound() -> None:
    view = call_page(CALL, Review())
    hops = view.turns[0].hops
    assert [hop.name for hop in hops] == ["endpointing", "recognition", "bell", "speech"]
    assert [hop.start for hop in hops] == pytest.approx([0, 0.5, 0.8, 0.9])
    assert [hop.named for hop in hops] == [True, True, False, True]
    assert view.longest_wait == pytest.approx(1.2)


def test_what_was_understood_and_done_is_shown_once_each() -> None:
    (turn,) = call_page(CALL, Review()).turns
    assert [(meaning.slot, meaning.value) for meaning in turn.meanings] == [
        ("hospital", "南京鼓楼医院")
    ]
    assert turn.flags == ("restart",)
    assert turn.decided == (("say question.department", 1), ("listen department", 2))


def test_a_slot_is_listed_when_it_fills_and_when_it_changes() -> None:
    other = {"hospital": [{"value": "南京市中医院", "confidence": 0.8}]}
    turns = (
        TURN,
        dataclasses.replace(TURN, number=2),
        dataclasses.replace(TURN, number=3, understood=other),
    )
    view = call_page(dataclasses.replace(CALL, turns=turns), Review())
    assert [(slot.turn, slot.value) for slot in view.slots] == [
        (1, "南京鼓楼医院"),
        (3, "南京市中医院"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"date": "2026-11-25", "session": "上午", "earliest": False}, "2026-11-25 上午"),
        (
            {"date": None, "session": None, "earliest": True, "not_before": "2026-12-01"},
            "最早 2026-12-01 起",
        ),
        ({"digits": "**************001X", "complete": True}, "**************001X"),
    ],
)
def test_values_are_shown_in_words(value: dict[str, object], shown: str) -> None:
    understood = {"date": [{"value": value, "confidence": 0.9}]}
    view = call_page(
        dataclasses.replace(CALL, turns=(dataclasses.replace(TURN, understood=understood),)),
        Review(),
    )
    assert view.slots[0].value == shown


def test_a_marked_turn_shows_what_was_really_said() -> None:
    mark = Mark(1, "我要挂鼓楼医院", START, "lin")
    assert call_page(CALL, Review(marks={1: mark})).turns[0].mark == mark


def test_a_turn_without_an_answer_is_silence_only_where_somebody_listened() -> None:
    silent = dataclasses.replace(TURN, heard=())
    last = dataclasses.replace(TURN, heard=(), expected=None)
    turns = call_page(dataclasses.replace(CALL, turns=(silent, last)), Review()).turns
    assert [turn.silent for turn in turns] == [True, False]


def test_the_bookings_of_a_call_are_those_it_confirmed_or_changed() -> None:
    decided = (
        "place_hold session=7",
        "confirm_booking h1 **************001X name_verified",
        "move_booking 12345678 session=7 slot=9",
        "cancel_booking 87654321",
        "confirm_booking h1 **************001X name_verified",
    )
    turn = dataclasses.replace(TURN, decided=decided)
    assert booked_by(dataclasses.replace(CALL, turns=(turn,))) == (
        ("h1",),
        ("12345678", "87654321"),
    )
