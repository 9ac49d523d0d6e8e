"""The one interface that every channel books through, the hospital's side of it, and the
real-name port.

Where a `channel` may be given, its window and quota count; None is the public.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from booking_client.errors import Refusal
from booking_client.types import (
    AffectedBooking,
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    PatientByPhone,
    PersonalDataPermission,
    PhoneMatch,
    Report,
    SessionQuery,
)


class RealNameRegistry(Protocol):
    """ID number -> registered name (real-name booking)."""

    async def name_for(self, id_number: str) -> str | None:
        """The registered name, or None for an ID number it does not know."""
        ...


class ReportDesk(Protocol):
    """ID number -> whether test reports are out; the hospitals' report systems behind it."""

    async def reports_of(self, id_number: str, now: dt.datetime) -> Sequence[Report]:
        """The patient's reports of the last weeks, the newest first; none for an unknown ID.

        Raises CoreUnavailable.
        """
        ...


class BookingCore(Protocol):
    """All calls raise BookingRefused (typed reason) or CoreUnavailable.

    `now` is a naive local time of Asia/Shanghai given by the caller's clock, so
    that a replayed call and a test see the day they ask for.
    """

    async def hospitals(self) -> Sequence[Hospital]: ...

    async def departments(self, hospital: str) -> Sequence[Department]: ...

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]: ...

    async def booking_window(
        self, hospital: str, now: dt.datetime, channel: str | None = None
    ) -> tuple[dt.date, dt.date]:
        """First and last date that can be booked now at this hospital, inclusive.

        Nothing can be booked when first > last.
        """
        ...

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        """Sessions inside the booking window, earliest first; expired holds count as free."""
        ...

    async def doctors_on(
        self,
        hospital: str,
        department: str,
        date: dt.date,
        now: dt.datetime,
        channel: str | None = None,
    ) -> Sequence[ClinicSession]:
        """The sessions of doctors on that day, full ones too; none outside the booking window."""
        ...

    async def alternatives(
        self, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Sequence[Alternative]:
        """What can be booked instead, at most one of each kind: the same doctor another day, the
        same day another doctor, the same department at another hospital."""
        ...

    async def may_book(
        self, id_number: str, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Refusal | None:
        """Why this session would be refused to this patient now; None if it would not."""
        ...

    async def coming_bookings(self, id_number: str, now: dt.datetime) -> Sequence[Booking]:
        """The patient's live bookings that are not over, the next first."""
        ...

    async def last_booking(self, id_number: str) -> Booking | None:
        """What the patient booked last and did not cancel, over or not; None if nothing."""
        ...

    async def phone_match(self, phone: str, last_four: str) -> PhoneMatch:
        """Whether a `PatientByPhone` of these two could book: says nothing of who it is."""
        ...

    async def hold(
        self,
        session_id: int,
        *,
        channel: str,
        phone: str,
        now: dt.datetime,
        slot_id: int | None = None,
    ) -> Hold:
        """Take one place in the earliest free band, or in the band `slot_id`.

        `phone` is empty when the number is withheld; such callers have no limit of holds.
        Refusals: full, closed, session_cancelled (these with `alternatives`), too_early, too_late,
        not_released, too_many_holds, unknown (session, channel).
        """
        ...

    async def release(self, hold_id: str) -> None:
        """Give the place back. Releasing twice, or after expiry, is no error."""
        ...

    async def confirm(
        self,
        hold_id: str,
        patient: Patient | PatientByPhone,
        key: str,
        now: dt.datetime,
        sub_channel: str | None = None,
    ) -> Booking:
        """Turn a hold into a booking. The same key with the same payload gives the same booking;
        with another payload it is refused (key_reused). An expired hold is still confirmed
        while its place is free.

        Further refusals: hold_expired, unknown_patient (also where several fit), already_booked,
        day_limit, barred, session_cancelled, closed, too_early, too_late, not_released,
        rule_changed, unknown.
        """
        ...

    async def booking_by_code(self, code: str) -> Booking | None: ...

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        """Cancelling twice is no error. Refusals: unknown, too_late."""
        ...

    async def move_booking(
        self, code: str, session_id: int, now: dt.datetime, slot_id: int | None = None
    ) -> Booking:
        """Move the live booking of `code` to the earliest free band of another session, or to the
        band `slot_id`: for the same patient, through the same channel, under the same code. All
        of it or nothing; again it finds the moved booking.

        Refusals: unknown (code, session), closed (the booking is not live, or the session is
        closed), too_late (to cancel, or to book), full, session_cancelled, too_early,
        not_released, already_booked, day_limit.
        """
        ...

    async def close(self) -> None: ...


class HospitalDesk(Protocol):
    """What a hospital or the platform's own desk does. Errors and `now` as in BookingCore."""

    async def import_rules(self, path: Path, now: dt.datetime) -> bool:
        """Make the file's rules the current ones; False when they are already. All or nothing.

        Raises DataFileError (file, line, field).
        """
        ...

    async def set_quota(self, session_id: int, channel: str, places: int) -> None:
        """The most places of a session that a channel may take. Refusals: full (it has taken more
        already), unknown (session, channel)."""
        ...

    async def cancel_session(
        self, session_id: int, now: dt.datetime, reason: str = ""
    ) -> Sequence[AffectedBooking]:
        """停诊. Gives every live booking of the session with its nearest replacements; asked again
        it gives those that are still there."""
        ...

    async def record_attendance(self, code: str, came: bool, now: dt.datetime) -> bool:
        """The patient came, or did not; returns whether that bars the patient. Refusals: unknown,
        too_early (before the booked day), closed (cancelled, or recorded otherwise)."""
        ...

    async def bar(
        self, id_number: str, since: dt.date, until: dt.date, hospital: str | None = None
    ) -> None:
        """Bar a patient, at one hospital or everywhere. Refusals: unknown_patient, unknown."""
        ...

    async def lift_bars(self, id_number: str, now: dt.datetime) -> int:
        """End the patient's bars; returns how many. Refusals: unknown_patient."""
        ...

    async def patient_of_booking(
        self, code: str, permission: PersonalDataPermission, now: dt.datetime
    ) -> Patient:
        """Who a booking is for, ID number and phone in the clear; the access is written down.

        Raises ValueError for a permission that does not say who and what for. Refusals: unknown.
        """
        ...
