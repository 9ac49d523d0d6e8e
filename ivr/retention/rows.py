"""Rows that are too old, deleted in small transactions: no call waits for them long.

Each function deletes at most BATCH of its subject and returns how many; none is left when it
returns 0. `before` is the beginning of the first day that is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from ivr.board.model import DayRow
from ivr.call_log.model import CallRow, TurnRow
from ivr.call_search.model import PlaceRow, TermRow
from ivr.call_search.places import day_number
from ivr.hotline.model import (
    CallbackAccessRow,
    CallbackRow,
    HandoverRow,
    SurveyAnswerRow,
    TextMessageRow,
    TicketRow,
    UnansweredQuestionRow,
)
from ivr.hotline.tickets import TicketState
from ivr.retention.subjects import Subject
from ivr.reviews.reviews import forget_reviews
from ivr.web.accounts.model import AuditRow

BATCH = 200

Batch = Callable[[AsyncConnection, dt.datetime], Awaitable[int]]


async def calls(connection: AsyncConnection, before: dt.datetime) -> int:
    """With everything that is of the call alone."""
    query = (
        select(CallRow.id, CallRow.call_id)
        .where(CallRow.started_at < before)
        .order_by(CallRow.started_at)
        .limit(BATCH)
    )
    found = (await connection.execute(query)).all()
    ids, call_ids = [row.id for row in found], [row.call_id for row in found]
    await forget_reviews(connection, call_ids)
    for statement in (
        delete(PlaceRow).where(PlaceRow.call.in_(ids)),
        delete(HandoverRow).where(HandoverRow.call_id.in_(call_ids)),
        delete(TurnRow).where(TurnRow.call.in_(ids)),
        delete(CallRow).where(CallRow.id.in_(ids)),
    ):
        await connection.execute(statement)
    if not found:  # the search's terms and the board's figures are kept by whole days
        await connection.execute(delete(DayRow).where(DayRow.day < before.date()))
        await connection.execute(delete(TermRow).where(TermRow.day < day_number(before.date())))
    return len(found)


async def callbacks(connection: AsyncConnection, before: dt.datetime) -> int:
    query = select(CallbackRow.id).where(CallbackRow.done_at < before).limit(BATCH)
    ids = (await connection.scalars(query)).all()
    await connection.execute(delete(CallbackAccessRow).where(CallbackAccessRow.callback.in_(ids)))
    await connection.execute(delete(CallbackRow).where(CallbackRow.id.in_(ids)))
    return len(ids)


async def texts(connection: AsyncConnection, before: dt.datetime) -> int:
    query = (
        select(TextMessageRow.id)
        .where(TextMessageRow.written_at < before, TextMessageRow.next_try_at.is_(None))
        .limit(BATCH)
    )
    ids = (await connection.scalars(query)).all()
    await connection.execute(delete(TextMessageRow).where(TextMessageRow.id.in_(ids)))
    return len(ids)


def _older(
    identity: InstrumentedAttribute[object], at: InstrumentedAttribute[dt.datetime]
) -> Batch:
    """The rows of one table whose `at` is too old."""

    async def batch(connection: AsyncConnection, before: dt.datetime) -> int:
        query = select(identity).where(at < before).limit(BATCH)
        ids = (await connection.scalars(query)).all()
        await connection.execute(delete(identity.class_).where(identity.in_(ids)))
        return len(ids)

    return batch


# In this order.
BATCHES: dict[Subject, Batch] = {
    Subject.CALLS: calls,
    Subject.CALLBACKS: callbacks,
    Subject.TEXTS: texts,
    Subject.SURVEY_ANSWERS: _older(SurveyAnswerRow.id, SurveyAnswerRow.answered_at),
    Subject.QUESTIONS: _older(UnansweredQuestionRow.id, UnansweredQuestionRow.asked_at),
    Subject.AUDIT: _older(AuditRow.id, AuditRow.at),
}


async def recordings_of_open_tickets(connection: AsyncConnection) -> frozenset[str]:
    """What somebody still looks into is heard until the ticket is closed."""
    query = select(TicketRow.recording).where(
        TicketRow.state != TicketState.CLOSED.value, TicketRow.recording != ""
    )
    return frozenset((await connection.scalars(query)).all())


async def forget_recordings(
    connection: AsyncConnection, before: dt.datetime, held: Collection[str]
) -> int:
    """Calls whose recording is deleted say so: they have none."""
    query = (
        select(CallRow.id).where(CallRow.started_at < before, CallRow.recording != "").limit(BATCH)
    )
    if held:
        query = query.where(CallRow.recording.not_in(held))
    ids = (await connection.scalars(query)).all()
    await connection.execute(update(CallRow).where(CallRow.id.in_(ids)).values(recording=""))
    return len(ids)
