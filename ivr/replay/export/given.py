"""The booking that a call cancelled: its case has to begin with one. Pure.

A booking that was moved has only its new time left, and one that was only asked about is not named
in the log: cases of such calls begin without.
"""

from __future__ import annotations

from typing import Any

from booking_client.types import Booking
from ivr.call_log import StoredCall
from ivr.replay.export.stand_ins import stand_ins

_CANCELLED = "cancel_booking "


def cancelled_code(call: StoredCall) -> str | None:
    """The code of the booking that was cancelled, as the log has it."""
    decided = (line for turn in call.turns for line in turn.decided)
    return next(
        (line.removeprefix(_CANCELLED) for line in decided if line.startswith(_CANCELLED)), None
    )


def given_booking(booking: Booking) -> dict[str, Any]:
    """As ivr.caller.case.GivenBooking has it; the patient is the demonstration's."""
    session = booking.session
    given: dict[str, Any] = {
        "patient": stand_ins().id_number,
        "hospital": session.hospital,
        "department": session.department,
        "date": session.date,
        "session": session.period,
    }
    if session.doctor is not None:
        given["doctor"] = session.doctor
    return given
