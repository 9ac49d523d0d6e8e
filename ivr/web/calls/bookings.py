"""The bookings that a call made, from the booking core."""

from __future__ import annotations

from booking_client.types import Booking
from ivr.call_log import StoredCall
from ivr.web.calls.call_page import booked_by
from ivr.web.deps import Bookings

MOST_BOOKINGS = 5


async def bookings_of(call: StoredCall, source: Bookings | None) -> list[Booking]:
    """None for an invented call, and where there is no core to ask. Raises CoreUnavailable."""
    if source is None or call.invented:
        return []
    holds, codes = booked_by(call)
    found = [await source.booking_of_hold(hold) for hold in holds[:MOST_BOOKINGS]]
    found += [await source.booking_by_code(code) for code in codes[:MOST_BOOKINGS]]
    return [booking for booking in found if booking is not None]
