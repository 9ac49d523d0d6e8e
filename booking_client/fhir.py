"""Slots and bookings as FHIR R4 resources (JSON objects), for reading only.

https://hl7.org/fhir/R4/slot.html, schedule.html, appointment.html. Names of
places and doctors are in `display`; ids are ours, the patient's is nothing but
the booking's number unless the patient is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from booking_client.types import Booking, BookingStatus, ClinicSession, Patient, SlotBand

Resource = dict[str, Any]

ID_CARD_SYSTEM = "urn:oid:2.16.156.10011.1.3"  # 居民身份证号码, WS 365-2011
_ZONE = "+08:00"  # Asia/Shanghai has had no other since 1991
# FHIR R4 Appointment.status; all but these four are states that a booking here never has.
_STATUS = {
    BookingStatus.BOOKED: "booked",
    BookingStatus.CANCELLED: "cancelled",
    BookingStatus.FULFILLED: "fulfilled",
    BookingStatus.NOSHOW: "noshow",
}


def schedule(session: ClinicSession) -> Resource:
    """FHIR Schedule: a doctor's or department's clinic on a date and period."""
    actors = [{"display": f"{session.hospital}（{session.campus}）"}]
    if session.doctor is not None:
        actors.append({"display": session.doctor})
    return {
        "resourceType": "Schedule",
        "id": str(session.id),
        "active": True,
        "serviceType": [{"text": session.department}],
        "actor": actors,
        "planningHorizon": {
            "start": _instant(session.date, session.bands[0].start),
            "end": _instant(session.date, session.bands[-1].end),
        },
        "comment": session.period,
    }


def slots(session: ClinicSession) -> list[Resource]:
    """FHIR Slots, one a 30-minute band.

    A band has several places where FHIR has a state: it is `free` while one is
    left, `busy-tentative` when every place that is not booked is only held, else `busy`.
    """
    return [_slot(session, band) for band in session.bands]


def appointment(booking: Booking, patient: Patient | None = None) -> Resource:
    """FHIR Appointment. Nothing personal is in it unless the `patient` is given, whom
    `patient_of_booking` gives to those who may have it."""
    session = booking.session
    band = next(band for band in session.bands if band.start == booking.start)
    participants: list[Resource] = [
        {"actor": _person(booking, patient), "status": "accepted"},
        {"actor": {"display": f"{session.hospital}（{session.campus}）"}, "status": "accepted"},
    ]
    if session.doctor is not None:
        participants.append({"actor": {"display": session.doctor}, "status": "accepted"})
    return {
        "resourceType": "Appointment",
        "id": str(booking.id),
        "identifier": [{"value": booking.code}],
        "status": _STATUS[booking.status],
        "serviceType": [{"text": session.department}],
        "slot": [{"reference": f"Slot/{band.id}"}],
        "start": _instant(session.date, booking.start),
        "end": _instant(session.date, booking.end),
        "participant": participants,
    }


def bundle(resources: Iterable[Resource]) -> Resource:
    """FHIR Bundle of kind collection."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }


def _slot(session: ClinicSession, band: SlotBand) -> Resource:
    return {
        "resourceType": "Slot",
        "id": str(band.id),
        "schedule": {"reference": f"Schedule/{session.id}"},
        "status": "free" if band.free else "busy-tentative" if band.held else "busy",
        "start": _instant(session.date, band.start),
        "end": _instant(session.date, band.end),
    }


def _person(booking: Booking, patient: Patient | None) -> Resource:
    if patient is None:
        return {"type": "Patient", "reference": f"Patient/of-booking-{booking.id}"}
    return {
        "type": "Patient",
        "identifier": {"system": ID_CARD_SYSTEM, "value": patient.id_number},
        "display": patient.name,
    }


def _instant(date: dt.date, time: dt.time) -> str:
    return f"{dt.datetime.combine(date, time).isoformat(timespec='seconds')}{_ZONE}"
