"""The marks of a review as corrections of a case."""

from __future__ import annotations

import datetime as dt

from dialogs.outcomes import Outcome
from grammars.meaning import Slot
from ivr.replay.export.case_of_call import exported
from ivr.replay.export.corrections import Corrections, corrections_of
from ivr.reviews.reviews import Mark, Review
from tests.ivr.replay.export.logged import call, turn

AT = dt.datetime(2026, 3, 3, 8, 0)
REVIEW = Review(marks={2: Mark(2, "鼓楼医院", AT, "li"), 3: Mark(3, "", AT, "li")})


def test_a_mark_without_the_right_text_is_a_turn_that_nobody_understood() -> None:
    assert corrections_of(REVIEW, Outcome.BOOKED) == Corrections(
        {2: "鼓楼医院"}, frozenset({3}), Outcome.BOOKED
    )


def test_a_call_with_such_a_turn_need_not_end_as_it_did() -> None:
    made = exported(call(turn(1, Slot.TASK, "嗯")), None, Corrections(unclear=frozenset({1})))
    assert set(made.case["expect"]) == {"never"}
