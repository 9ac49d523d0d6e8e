"""The booking core's answers to what a conversation asks it: a command in, an event out."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from booking_client.errors import BookingRefused, CoreUnavailable
from booking_client.interface import BookingCore, RealNameRegistry, ReportDesk
from booking_client.types import Alternative, Booking, SessionQuery
from dialogs import commands as do
from dialogs import events as ev

log = logging.getLogger(__name__)

CORE_LIMIT = 5.0  # seconds for one answer of the booking core

Notice = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class CoreAnswers:
    """Asks for one call. `now` gives the local time, `notice` is told of every booking made,
    cancelled or moved."""

    core: BookingCore
    registry: RealNameRegistry
    reports: ReportDesk
    now: Callable[[], dt.datetime]
    call_id: str
    caller: str
    channel: str
    notice: Notice

    async def ask(self, question: do.CoreQuestion) -> ev.Event:
        """The answer, a refusal (Refused), or CoreFailed after CORE_LIMIT seconds."""
        try:
            async with asyncio.timeout(CORE_LIMIT):
                return await self._answer(question)
        except BookingRefused as refused:
            return ev.Refused(self.now(), refused.reason)
        except (CoreUnavailable, TimeoutError) as error:
            log.error("call %s: booking core: %s", self.call_id, type(error).__name__)
            return ev.CoreFailed(self.now())

    async def release(self, hold_id: str) -> None:
        """Give a held place back; nobody waits for it."""
        try:
            async with asyncio.timeout(CORE_LIMIT):
                await self.core.release(hold_id)
        except (BookingRefused, CoreUnavailable, TimeoutError) as error:
            # The hold expires by itself; the caller is not kept waiting for it.
            log.warning("call %s: hold not released: %s", self.call_id, error)

    async def _answer(self, question: do.CoreQuestion) -> ev.Event:
        now = self.now()
        match question:
            case do.FindDepartments(hospital):
                departments = await self.core.departments(hospital)
                window = await self.core.booking_window(hospital, now)
                return ev.DepartmentsFound(now, hospital, tuple(departments), window)
            case do.FindDoctors(hospital, department):
                doctors = await self.core.doctors(hospital, department)
                return ev.DoctorsFound(now, hospital, department, tuple(doctors))
            case do.FindSessions(purpose, query):
                sessions = await self.core.find_sessions(query, now)
                return ev.SessionsFound(now, purpose, tuple(sessions))
            case do.FindAlternatives(query):
                return ev.AlternativesFound(now, await self._alternatives(query, now))
            case do.PlaceHold(session_id):
                held = await self.core.hold(
                    session_id, channel=self.channel, phone=self.caller, now=now
                )
                return ev.HoldPlaced(now, held)
            case do.LookUpName(id_number):
                return ev.NameFound(now, await self.registry.name_for(id_number))
            case do.ConfirmBooking():
                return await self._confirm(question)
            case do.FindBookings(id_number):
                coming = await self.core.coming_bookings(id_number, now)
                return ev.BookingsFound(now, tuple(coming))
            case do.CancelBooking(code):
                booking = await self.core.cancel(code, now)
                self.notice("cancelled", {"code": code, "booking": booking_view(booking)})
                return ev.BookingCancelled(now, booking)
            case do.MoveBooking(code, session_id, slot_id):
                booking = await self.core.move_booking(code, session_id, now, slot_id)
                self.notice("moved", {"code": code, "booking": booking_view(booking)})
                return ev.BookingMoved(now, booking)
            case do.FindLastBooking(id_number):
                return ev.LastBookingFound(now, await self.core.last_booking(id_number))
            case do.MatchPhone(last_four):
                match = await self.core.phone_match(self.caller, last_four)
                return ev.PhoneMatched(now, match)
            case do.FindReports(id_number):
                reports = await self.reports.reports_of(id_number, now)
                return ev.ReportsFound(now, tuple(reports))

    async def _alternatives(self, query: SessionQuery, now: dt.datetime) -> tuple[Alternative, ...]:
        """What is near to the wish, or where it names no session, to another part of the day."""
        exactly = replace(query, with_places_only=False, limit=1)
        for wish in (exactly, replace(exactly, period=None)):
            wished = next(iter(await self.core.find_sessions(wish, now)), None)
            if wished is not None:
                return tuple(await self.core.alternatives(wished.id, now))
        return ()

    async def _confirm(self, question: do.ConfirmBooking) -> ev.Event:
        now = self.now()
        confirm = self.core.confirm
        try:
            booking = await confirm(question.hold_id, question.patient, question.key, now)
        except CoreUnavailable:
            # The key makes a second try safe: it finds the booking if the first one was made.
            booking = await confirm(question.hold_id, question.patient, question.key, now)
        self.notice("booked", {"code": booking.code, "booking": booking_view(booking)})
        return ev.Booked(now, booking)


def booking_view(booking: Booking) -> dict[str, object]:
    """A booking as the live feed shows it: of the ID number only the last four."""
    session = booking.session
    return {
        "hospital": session.hospital,
        "campus": session.campus,
        "department": session.department,
        "doctor": session.doctor or "",
        "date": session.date.isoformat(),
        "session": session.period,
        "time": f"{booking.start:%H:%M}-{booking.end:%H:%M}",
        "id_last_four": booking.id_last_four,
        "name_unverified": booking.name_unverified,
    }
