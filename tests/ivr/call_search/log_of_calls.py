"""Calls in a call log, written through its own interface."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from booking_client.types import SessionQuery
from dialogs.commands import FindSessions, Fragment, Say
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Hypothesis, Slot
from ivr.call_log import CallLog, CallStart, Turn
from ivr.ports import TurnTimings

DAY = dt.date(2026, 11, 24)


def at(hour: int, minute: int = 0, second: float = 0.0, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute)) + dt.timedelta(seconds=second)


@dataclass(frozen=True)
class SomeCall:
    """A call of two turns."""

    number: int
    started: dt.datetime
    seconds: float = 90.0
    outcome: Outcome = Outcome.BOOKED
    category: Category = Category.BOOKING
    reason: Reason = Reason.COMPLETED
    caller: str = "13900001234"
    heard: str = "我要挂鼓楼医院"
    confidence: float = 0.9
    asked: str = "您想哪天来看？"
    expected: Slot = Slot.DATE
    hospital: str = "南京鼓楼医院"
    waited: float = 0.9

    @property
    def call_id(self) -> str:
        return str(UUID(int=self.number))


async def write(log: CallLog, calls: Sequence[SomeCall]) -> None:
    for call in calls:
        query = SessionQuery(call.hospital, "心内科", dt.date(2026, 11, 25), dt.date(2026, 12, 1))
        first = Turn(
            number=1,
            started_at=call.started,
            ended_at=call.started + dt.timedelta(seconds=9),
            asked=(Say("greeting", (Fragment("您好，"), Fragment("请问您要什么？"))),),
            expected=Slot.TASK,
            heard=(Hypothesis(call.heard, call.confidence), Hypothesis("别的话", 0.1)),
            commands=(FindSessions("offer", query),),
            timings=TurnTimings(first_frame=call.waited),
        )
        second = Turn(
            number=2,
            started_at=call.started + dt.timedelta(seconds=9),
            ended_at=call.started + dt.timedelta(seconds=20),
            asked=(Say("question.date", (Fragment(call.asked),)),),
            expected=call.expected,
        )
        await log.call_started(CallStart(call.call_id, call.started, caller=call.caller))
        await log.turn(call.call_id, first)
        await log.turn(call.call_id, second)
        ended = call.started + dt.timedelta(seconds=call.seconds)
        await log.call_ended(call.call_id, ended, call.outcome, call.category, call.reason)
    assert log.failures == 0, log.fault
