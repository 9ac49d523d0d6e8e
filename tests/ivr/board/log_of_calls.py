"""Calls written into a call log through its own interface, as the agent writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Hypothesis, Scored, Slot, Understanding
from ivr.call_log import CallLog, CallStart, Turn
from ivr.ports import TurnTimings


def call_id(number: int) -> str:
    return str(UUID(int=number))


def turn(
    number: int,
    expected: Slot,
    heard: str = "",
    name: str | None = None,
    *,
    confidence: float = 0.9,
    waited: float = 1.0,
    at: dt.datetime = dt.datetime(2026, 11, 24, 9),
) -> Turn:
    """A turn in which `name`, of the kind asked for, was understood (None: nothing was)."""
    scored = () if name is None else (Scored(name, 0.9, heard),)
    return Turn(
        number=number,
        started_at=at,
        ended_at=at,
        expected=expected,
        heard=(Hypothesis(heard, confidence),) if heard else (),
        understanding=Understanding(
            heard,
            confidence,
            hospital=scored if expected is Slot.HOSPITAL else (),
            department=scored if expected is Slot.DEPARTMENT else (),
            doctor=scored if expected is Slot.DOCTOR else (),
        ),
        timings=TurnTimings(first_frame=waited),
    )


async def write_call(
    log: CallLog,
    number: int,
    started: dt.datetime,
    outcome: Outcome | None = Outcome.BOOKED,
    reason: Reason = Reason.COMPLETED,
    turns: Sequence[Turn] = (),
    category: Category = Category.BOOKING,
) -> str:
    """`outcome` None: the call goes on."""
    name = call_id(number)
    await log.call_started(CallStart(name, started, caller="13900001234"))
    for each in turns:
        await log.turn(name, each)
    if outcome is not None:
        await log.call_ended(name, started + dt.timedelta(minutes=2), outcome, category, reason)
    assert log.failures == 0, log.fault
    return name
