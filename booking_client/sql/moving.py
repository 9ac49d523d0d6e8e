"""A booking moves to another session, as after 停诊: all of it or nothing, in one transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import BookingRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql import bookings
from booking_client.sql.confirmation import Booker, confirm_again
from booking_client.sql.holds import HoldWish, place_hold
from booking_client.sql.rule_book import RuleBook
from booking_client.types import Booking, BookingStatus
from booking_client.work_calendar import WorkCalendar


def replacement(session_id: int, slot_id: int | None, channel: str = "") -> HoldWish:
    """The place that is wanted; the hold that a move places counts for no telephone."""
    return HoldWish(session_id, channel, None, slot_id)


async def move_booking(
    connection: AsyncConnection,
    code: str,
    session_id: int,
    slot_id: int | None,
    *,
    keys: PersonalDataKeys,
    book: RuleBook,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> Booking:
    """Cancel the live booking of `code` and book the session for the same patient, by the same
    channel, under the same code. A booking that is there already is returned as it is.

    Raises ExpiredHolds (see `holds.write_off_for`) and BookingRefused: unknown (code,
    session), closed (no live booking has the code), and as `cancel_booking`,
    `place_hold` and `confirm_again`.
    """
    old = await _lock_live(connection, code)
    if old is None:
        return await _moved_already(connection, code, session_id, keys, now)
    present = await bookings.read_booking(connection, old.id, keys, now)
    if present.session.id == session_id:
        return present
    rules = await book.current(connection)
    await bookings.cancel_booking(connection, code, keys=keys, rules=rules, now=now)
    wish = replacement(session_id, slot_id, old.channel)
    hold = await place_hold(connection, wish, rules=rules, calendar=calendar, now=now)
    who = Booker(
        old.patient_id,
        old.phone_id,
        old.name_unverified,
        old.id_last_four,
        old.sub_channel,
        moved_from_id=old.id,
    )
    return await confirm_again(
        connection, hold.id, who, code, keys=keys, book=book, calendar=calendar, now=now
    )


async def _lock_live(connection: AsyncConnection, code: str) -> Any:
    """The code's live booking, locked; None when there is none any more."""
    rows = await connection.execute(
        select(
            BookingRow.id,
            BookingRow.channel,
            BookingRow.patient_id,
            BookingRow.phone_id,
            BookingRow.name_unverified,
            BookingRow.id_last_four,
            BookingRow.sub_channel,
        )
        .where(BookingRow.code == code, BookingRow.status == BookingStatus.BOOKED.value)
        .with_for_update()
    )
    return rows.one_or_none()


async def _moved_already(
    connection: AsyncConnection,
    code: str,
    session_id: int,
    keys: PersonalDataKeys,
    now: dt.datetime,
) -> Booking:
    """What another move at the same moment has made of the code."""
    newest = await bookings.id_by_code(connection, code)
    if newest is None:
        raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
    booking = await bookings.read_booking(connection, newest, keys, now)
    if booking.status is BookingStatus.BOOKED and booking.session.id == session_id:
        return booking
    raise BookingRefused(Refusal.CLOSED, "no live booking has this code")
