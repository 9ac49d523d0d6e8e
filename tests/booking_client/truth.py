"""What must be true of the database after anything at all, asked in plain SQL."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

FALSEHOODS: Mapping[str, str] = {
    "a slot over its capacity": "SELECT id FROM slot WHERE held + booked > capacity",
    "a counter of held places that is not the number of holds": """
        SELECT id FROM slot WHERE held <> (
            SELECT count(*) FROM hold WHERE hold.slot_id = slot.id AND state = 'held')""",
    "a counter of booked places that is not the number of bookings": """
        SELECT id FROM slot WHERE booked <> (
            SELECT count(*) FROM booking
            WHERE booking.slot_id = slot.id AND status <> 'cancelled')""",
    "a quota over its places": "SELECT id FROM session_quota WHERE held + booked > places",
    "a counter of a quota's held places that is not the number of holds": """
        SELECT id FROM session_quota WHERE held <> (
            SELECT count(*) FROM hold WHERE quota_id = session_quota.id AND state = 'held')""",
    "a counter of a quota's booked places that is not the number of bookings": """
        SELECT id FROM session_quota WHERE booked <> (
            SELECT count(*) FROM booking
            WHERE quota_id = session_quota.id AND status <> 'cancelled')""",
    "a booking outside its own hold's place": """
        SELECT booking.id FROM booking JOIN hold ON hold.id = booking.hold_id
        WHERE booking.slot_id <> hold.slot_id""",
    "a key that leads to two bookings, or a booking with two holds": """
        SELECT hold_id FROM booking GROUP BY hold_id HAVING count(*) > 1""",
    "a patient with more than three phones": """
        SELECT patient_id FROM phone WHERE place IS NOT NULL
        GROUP BY patient_id HAVING count(*) > 3""",
    "two live bookings of a patient in one department on one day": """
        SELECT patient_id FROM booking WHERE status = 'booked'
        GROUP BY patient_id, date, department_id HAVING count(*) > 1""",
    "two live bookings with the same code": """
        SELECT code FROM booking WHERE status = 'booked' GROUP BY code HAVING count(*) > 1""",
    "a confirmed hold without its booking": """
        SELECT id FROM hold WHERE (state = 'confirmed') <> EXISTS (
            SELECT 1 FROM booking WHERE booking.hold_id = hold.id)""",
    "a booking that no key leads to": """
        SELECT id FROM booking WHERE (
            SELECT count(*) FROM idempotency WHERE idempotency.booking_id = booking.id) <> 1""",
    "a booking that was moved and is not cancelled, or was moved to two places": """
        SELECT old.id FROM booking AS old JOIN booking AS new ON new.moved_from_id = old.id
        GROUP BY old.id, old.status HAVING old.status <> 'cancelled' OR count(*) > 1""",
    "a booking that repeats its session wrongly": """
        SELECT booking.id FROM booking
        JOIN slot ON slot.id = booking.slot_id
        JOIN clinic_session ON clinic_session.id = slot.session_id
        WHERE booking.date <> clinic_session.date
           OR booking.department_id <> clinic_session.department_id""",
}


async def falsehoods(connection: AsyncConnection) -> list[str]:
    """Names of the rules that this database breaks; empty when all is well."""
    return [
        name
        for name, query in FALSEHOODS.items()
        if (await connection.execute(text(query))).first() is not None
    ]
