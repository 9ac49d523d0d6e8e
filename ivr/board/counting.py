"""The figures of one day, counted by the database from the call log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.board.figures import (
    FAILING,
    LATENCY_STEP,
    LOW_CONFIDENCE,
    MOST_NAMES,
    NAME_SLOTS,
    CallCount,
    DayFigures,
    Failure,
    HourConfidence,
    NameCorrection,
)
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_log.records import DEMONSTRATION

SOON = 2  # turns within which the same question is the same matter

_HOUR = extract("hour", CallRow.started_at)


async def count_day(connection: AsyncConnection, day: dt.date) -> DayFigures:
    """The calls that began on `day`. Raises what the connection raises."""
    return DayFigures(
        calls=await _calls(connection, day),
        failures=await _failures(connection, day),
        latency=await _latency(connection, day),
        confidence=await _confidence(connection, day),
        names=await _names(connection, day),
        invented=await connection.scalar(
            select(func.count()).where(*began_on(day), CallRow.version == DEMONSTRATION)
        )
        or 0,
    )


def began_on(day: dt.date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    begins = dt.datetime.combine(day, dt.time())
    return CallRow.started_at >= begins, CallRow.started_at < begins + dt.timedelta(days=1)


async def _calls(connection: AsyncConnection, day: dt.date) -> tuple[CallCount, ...]:
    columns = (_HOUR.label("hour"), CallRow.outcome, CallRow.category, CallRow.reason)
    rows = await connection.execute(
        select(*columns, func.count().label("calls"))
        .where(*began_on(day))
        .group_by(_HOUR, CallRow.outcome, CallRow.category, CallRow.reason)
    )
    return tuple(
        CallCount(
            hour=int(row.hour),
            outcome=Outcome(row.outcome) if row.outcome else None,
            category=Category(row.category) if row.category else None,
            reason=Reason(row.reason) if row.reason else None,
            calls=row.calls,
        )
        for row in rows
    )


async def _failures(connection: AsyncConnection, day: dt.date) -> tuple[Failure, ...]:
    asked = last_asked()
    rows = await connection.execute(
        select(asked.label("asked"), CallRow.reason, func.count().label("calls"))
        .where(*began_on(day), CallRow.outcome.in_(sorted(FAILING)))
        .group_by("asked", CallRow.reason)
    )
    return tuple(
        Failure(
            asked=Slot(row.asked) if row.asked else None,
            reason=Reason(row.reason) if row.reason else None,
            calls=row.calls,
        )
        for row in rows
    )


def last_asked() -> Any:
    """What the caller was asked last in a call (of the enclosing query over `calls`)."""
    return (
        select(TurnRow.expected)
        .where(TurnRow.call == CallRow.id, TurnRow.expected.is_not(None))
        .order_by(TurnRow.number.desc())
        .limit(1)
        .correlate(CallRow)
        .scalar_subquery()
    )


async def _latency(connection: AsyncConnection, day: dt.date) -> tuple[tuple[int, int], ...]:
    seconds = TurnRow.timings["first_frame"].as_float()
    step = func.round(seconds / LATENCY_STEP)
    rows = await connection.execute(
        select(step.label("step"), func.count().label("turns"))
        .join(CallRow, TurnRow.call == CallRow.id)
        .where(*began_on(day), seconds.is_not(None))
        .group_by("step")
        .order_by("step")
    )
    return tuple((int(row.step), row.turns) for row in rows)


async def _confidence(connection: AsyncConnection, day: dt.date) -> tuple[HourConfidence, ...]:
    best = TurnRow.heard[(0, "confidence")].as_float()
    rows = await connection.execute(
        select(
            _HOUR.label("hour"),
            func.count().label("turns"),
            func.sum(case((best < LOW_CONFIDENCE, 1), else_=0)).label("low"),
            func.sum(best).label("total"),
        )
        .join(CallRow, TurnRow.call == CallRow.id)
        .where(*began_on(day), best.is_not(None))
        .group_by(_HOUR)
        .order_by(_HOUR)
    )
    return tuple(
        HourConfidence(
            hour=int(row.hour), turns=row.turns, low=int(row.low), total=round(row.total, 3)
        )
        for row in rows
    )


async def _names(connection: AsyncConnection, day: dt.date) -> tuple[NameCorrection, ...]:
    found: list[NameCorrection] = []
    for slot in NAME_SLOTS:
        found += await _corrections(connection, day, slot)
    return tuple(sorted(found, key=lambda name: -name.times)[:MOST_NAMES])


async def _corrections(
    connection: AsyncConnection, day: dt.date, slot: Slot
) -> Sequence[NameCorrection]:
    """The same question twice within SOON turns, with another answer the second time."""
    first, again = aliased(TurnRow), aliased(TurnRow)
    words = first.heard[(0, "text")].as_string()
    taken = first.understood[(slot.value, 0, "value")].as_string()
    command = first.understood[("command", 0, "value")].as_string()
    meant = again.understood[(slot.value, 0, "value")].as_string()
    rows = await connection.execute(
        select(
            words.label("words"),
            taken.label("taken"),
            meant.label("meant"),
            func.count().label("times"),
        )
        .select_from(CallRow)
        .join(first, first.call == CallRow.id)
        .join(
            again,
            (again.call == first.call)
            & (again.number > first.number)
            & (again.number <= first.number + SOON),
        )
        .where(
            *began_on(day),
            first.expected == slot.value,
            again.expected == slot.value,
            words.is_not(None),
            words != "",
            meant.is_not(None),
            # Who asks to hear the question again has named nothing that could be misheard.
            (taken.is_(None) & command.is_(None)) | (taken != meant),
        )
        .group_by("words", "taken", "meant")
        .order_by(func.count().desc())
        .limit(MOST_NAMES)
    )
    return [
        NameCorrection(
            slot=slot, words=row.words, taken_for=row.taken, meant=row.meant, times=row.times
        )
        for row in rows
    ]
