"""The booking core as one key may see it: it books as its own channel and sees what that booked.

A hold or booking of another channel does not exist here. Whose a hold or a
booking is never changes, so asking before acting leaves no gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from booking_client import fhir
from booking_client.errors import BookingRefused, Refusal
from booking_client.fhir import Resource
from booking_client.http.operations import Scope
from booking_client.http.problems import Fault
from booking_client.model import HoldRow
from booking_client.sql.core import SqlBookingCore
from booking_client.types import (
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    PatientByPhone,
    PhoneMatch,
    SessionQuery,
)
from booking_service.keys import ApiKey
from booking_service.rejections import Rejected


class ChannelCore:
    """See `booking_client.interface.BookingCore`; and the FHIR export.

    Raises Rejected for what the key may not do; that it has the operation's own scope is
    checked before.
    """

    def __init__(self, core: SqlBookingCore, key: ApiKey) -> None:
        self._core = core
        self._key = key

    async def hospitals(self) -> Sequence[Hospital]:
        return await self._core.hospitals()

    async def departments(self, hospital: str) -> Sequence[Department]:
        return await self._core.departments(hospital)

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]:
        return await self._core.doctors(hospital, department)

    async def booking_window(
        self, hospital: str, now: dt.datetime, channel: str | None = None
    ) -> tuple[dt.date, dt.date]:
        self._require_own(channel)
        return await self._core.booking_window(hospital, now, channel)

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        self._require_own(query.channel)
        return await self._core.find_sessions(query, now)

    async def doctors_on(
        self,
        hospital: str,
        department: str,
        date: dt.date,
        now: dt.datetime,
        channel: str | None = None,
    ) -> Sequence[ClinicSession]:
        self._require_own(channel)
        return await self._core.doctors_on(hospital, department, date, now, channel)

    async def alternatives(
        self, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Sequence[Alternative]:
        self._require_own(channel)
        return await self._core.alternatives(session_id, now, channel)

    async def may_book(
        self, id_number: str, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Refusal | None:
        self._require_own(channel)
        return await self._core.may_book(id_number, session_id, now, channel)

    async def coming_bookings(self, id_number: str, now: dt.datetime) -> Sequence[Booking]:
        coming = await self._core.coming_bookings(id_number, now)
        return [booking for booking in coming if self._is_own(booking.channel)]

    async def last_booking(self, id_number: str) -> Booking | None:
        booking = await self._core.last_booking(id_number)
        return booking if booking is not None and self._is_own(booking.channel) else None

    async def phone_match(self, phone: str, last_four: str) -> PhoneMatch:
        return await self._core.phone_match(phone, last_four)

    async def hold(
        self,
        session_id: int,
        *,
        channel: str,
        phone: str,
        now: dt.datetime,
        slot_id: int | None = None,
    ) -> Hold:
        self._require_own(channel)
        return await self._core.hold(
            session_id, channel=channel, phone=phone, now=now, slot_id=slot_id
        )

    async def release(self, hold_id: str) -> None:
        await self._require_own_hold(hold_id)
        await self._core.release(hold_id)

    async def confirm(
        self,
        hold_id: str,
        patient: Patient | PatientByPhone,
        key: str,
        now: dt.datetime,
        sub_channel: str | None = None,
    ) -> Booking:
        if isinstance(patient, PatientByPhone) and not self._key.may(Scope.PATIENTS):
            raise Rejected(
                Fault.NOT_ALLOWED,
                f"the key may not find a patient by phone (scope {Scope.PATIENTS})",
            )
        claims = isinstance(patient, Patient) and patient.name_verified
        if claims and not self._key.may(Scope.VERIFY_NAMES):
            raise Rejected(
                Fault.NOT_ALLOWED,
                f"the key may not say that a name is verified (scope {Scope.VERIFY_NAMES})",
            )
        await self._require_own_hold(hold_id)
        return await self._core.confirm(hold_id, patient, key, now, sub_channel)

    async def booking_by_code(self, code: str) -> Booking | None:
        booking = await self._core.booking_by_code(code)
        return booking if booking is not None and self._is_own(booking.channel) else None

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        if await self.booking_by_code(code) is None:
            raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
        return await self._core.cancel(code, now)

    async def move_booking(
        self, code: str, session_id: int, now: dt.datetime, slot_id: int | None = None
    ) -> Booking:
        if await self.booking_by_code(code) is None:
            raise BookingRefused(Refusal.UNKNOWN, "no booking has this code")
        return await self._core.move_booking(code, session_id, now, slot_id)

    async def fhir_slots(
        self,
        hospital: str,
        department: str,
        date: dt.date,
        now: dt.datetime,
        channel: str | None = None,
    ) -> Resource:
        """The sessions of the day, each as a Schedule and its Slots; see `booking_client.fhir`."""
        query = SessionQuery(
            hospital=hospital,
            department=department,
            from_date=date,
            to_date=date,
            with_places_only=False,
            limit=1000,
            channel=channel,
        )
        sessions = await self.find_sessions(query, now)
        return fhir.bundle(
            resource for one in sessions for resource in (fhir.schedule(one), *fhir.slots(one))
        )

    async def fhir_appointment(self, code: str) -> Resource | None:
        """The booking as an Appointment that tells nothing personal."""
        booking = await self.booking_by_code(code)
        return None if booking is None else fhir.appointment(booking)

    async def close(self) -> None:
        """Nothing of its own to close."""

    def _is_own(self, channel: str) -> bool:
        return channel == self._key.channel or self._key.may(Scope.ALL_CHANNELS)

    def _require_own(self, channel: str | None) -> None:
        """None is the public, which everybody may ask for."""
        if channel is not None and not self._is_own(channel):
            raise Rejected(Fault.NOT_ALLOWED, f"this key is of the channel {self._key.channel}")

    async def _require_own_hold(self, hold_id: str) -> None:
        async with self._core.database.asking() as connection:
            channel = await connection.scalar(select(HoldRow.channel).where(HoldRow.id == hold_id))
        if channel is None or not self._is_own(channel):
            raise BookingRefused(Refusal.UNKNOWN, "no such hold")
