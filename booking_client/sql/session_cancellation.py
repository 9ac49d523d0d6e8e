"""停诊: a hospital cancels a session; who is affected, and what is nearest for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import SessionRow, SessionStatus
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import Rules
from booking_client.sql.alternatives import alternatives
from booking_client.sql.bookings import bookings_of_session
from booking_client.types import AffectedBooking
from booking_client.work_calendar import WorkCalendar


async def cancel_session(
    connection: AsyncConnection, session_id: int, reason: str, now: dt.datetime
) -> None:
    """No place of it is held or confirmed any more; its bookings stay until they are moved or
    cancelled. Twice is no error. Raises BookingRefused (unknown)."""
    known = await connection.scalar(select(SessionRow.status).where(SessionRow.id == session_id))
    if known is None:
        raise BookingRefused(Refusal.UNKNOWN, f"no session {session_id}")
    await connection.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.status != SessionStatus.CANCELLED.value)
        .values(status=SessionStatus.CANCELLED.value, cancelled_at=now, cancel_reason=reason)
    )


async def affected_bookings(
    connection: AsyncConnection,
    session_id: int,
    *,
    keys: PersonalDataKeys,
    rules: Rules,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> Sequence[AffectedBooking]:
    """The session's live bookings, each with what its own channel could book instead."""
    bookings = await bookings_of_session(connection, session_id, keys, now)
    nearest = {
        channel: tuple(
            await alternatives(
                connection, session_id, rules=rules, calendar=calendar, channel=channel, now=now
            )
        )
        for channel in dict.fromkeys(booking.channel for booking in bookings)
    }
    return [AffectedBooking(booking, nearest[booking.channel]) for booking in bookings]
