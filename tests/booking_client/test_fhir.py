from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from booking_client.fhir import appointment, bundle, schedule, slots
from booking_client.types import Booking, BookingStatus, ClinicSession, SlotBand
from tests.booking_client.clinic import patient

SESSION = ClinicSession(
    id=7,
    hospital="城东医院",
    campus="本部",
    department="心血管内科",
    doctor="秦明月",
    doctor_title="主任医师",
    date=dt.date(2026, 11, 25),
    period="上午",
    fee_yuan=40,
    bands=(
        SlotBand(70, dt.time(8), dt.time(8, 30), free=2, held=1),
        SlotBand(71, dt.time(8, 30), dt.time(9), free=0, held=1),
        SlotBand(72, dt.time(9), dt.time(9, 30), free=0),
    ),
)
BOOKING = Booking(
    id=3,
    code="20202028",
    status=BookingStatus.BOOKED,
    session=SESSION,
    start=dt.time(8, 30),
    end=dt.time(9),
    patient_name=patient().name,
    name_unverified=False,
    id_last_four=patient().id_number[-4:],
    channel="phone",
)
# FHIR R4, http://hl7.org/fhir/ValueSet/slotstatus and appointmentstatus.
SLOT_STATES = {"busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"}
APPOINTMENT_STATES = {
    *("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"),
    *("entered-in-error", "checked-in", "waitlist"),
}


def test_a_session_is_a_schedule_and_its_bands_are_slots() -> None:
    assert schedule(SESSION)["planningHorizon"] == {
        "start": "2026-11-25T08:00:00+08:00",
        "end": "2026-11-25T09:30:00+08:00",
    }
    found = slots(SESSION)
    assert [slot["status"] for slot in found] == ["free", "busy-tentative", "busy"]
    assert {slot["status"] for slot in found} <= SLOT_STATES
    assert {slot["schedule"]["reference"] for slot in found} == {"Schedule/7"}


@pytest.mark.parametrize("status", BookingStatus)
def test_a_booking_is_an_appointment_in_a_state_that_fhir_knows(status: BookingStatus) -> None:
    resource = appointment(dataclasses.replace(BOOKING, status=status))
    assert resource["status"] in APPOINTMENT_STATES
    assert resource["slot"] == [{"reference": "Slot/71"}]
    assert resource["start"] == "2026-11-25T08:30:00+08:00"
    assert all(one["status"] == "accepted" for one in resource["participant"])


def test_an_ordinary_clinic_has_no_doctor_among_its_actors() -> None:
    ordinary = dataclasses.replace(SESSION, doctor=None, doctor_title=None)
    assert len(schedule(ordinary)["actor"]) == 1
    assert len(appointment(dataclasses.replace(BOOKING, session=ordinary))["participant"]) == 2


def test_an_export_tells_nothing_personal_unless_the_patient_is_given() -> None:
    who = patient()
    text = json.dumps(
        bundle([schedule(SESSION), *slots(SESSION), appointment(BOOKING)]), ensure_ascii=False
    )
    assert "20202028" in text
    for secret in (who.id_number, who.id_number[-4:], who.name, who.phone):
        assert secret not in text
    named = json.dumps(appointment(BOOKING, who), ensure_ascii=False)
    assert who.id_number in named
    assert who.name in named
