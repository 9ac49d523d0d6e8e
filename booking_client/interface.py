"""The one interface that every channel books through, and the real-name port."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from booking_client.types import (
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    SessionQuery,
)


class RealNameRegistry(Protocol):
    """ID number -> registered name (real-name booking)."""

    async def name_for(self, id_number: str) -> str | None:
        """The registered name, or None for an ID number it does not know."""
        ...


class BookingCore(Protocol):
    """All calls raise BookingRefused (typed reason) or CoreUnavailable.

    `now` is a naive local time of Asia/Shanghai given by the caller's clock, so
    that a replayed call and a test see the day they ask for.
    """

    async def hospitals(self) -> Sequence[Hospital]: ...

    async def departments(self, hospital: str) -> Sequence[Department]: ...

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]: ...

    async def booking_window(self, hospital: str, now: dt.datetime) -> tuple[dt.date, dt.date]:
        """First and last date that can be booked now at this hospital, inclusive.

        Nothing can be booked when first > last.
        """
        ...

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        """Sessions inside the booking window, earliest first; expired holds count as free."""
        ...

    async def hold(self, session_id: int, *, channel: str, phone: str, now: dt.datetime) -> Hold:
        """Take one place in the earliest free band. Refusals: full, closed, too_many_holds ...

        `phone` is empty when the number is withheld; such callers have no limit of holds.
        """
        ...

    async def release(self, hold_id: str) -> None:
        """Give the place back. Releasing twice, or after expiry, is no error."""
        ...

    async def confirm(self, hold_id: str, patient: Patient, key: str, now: dt.datetime) -> Booking:
        """Turn a hold into a booking. The same key with the same payload gives the same booking;
        with another payload it is refused (key_reused). An expired hold is still confirmed
        while its place is free."""
        ...

    async def booking_by_code(self, code: str) -> Booking | None: ...

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        """Cancelling twice is no error. Refusals: unknown, too_late."""
        ...

    async def close(self) -> None: ...
