"""What a system that speaks FHIR reads from the service."""

from __future__ import annotations

import json

from tests.booking_client.clinic import HEART, HOSPITAL, NOW, TOMORROW, patient
from tests.booking_service.service import Service

DAY = {"hospital": HOSPITAL, "department": HEART, "date": str(TOMORROW)}


async def test_a_days_sessions_are_schedules_with_their_slots(service: Service) -> None:
    held = await service.core.hold(1, channel="phone", phone="", now=NOW)
    answer = await service.ask("GET", "/v1/fhir/slots", params=DAY)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/fhir+json")
    kinds = [entry["resource"]["resourceType"] for entry in answer.json["entry"]]
    assert kinds == ["Schedule", "Slot", "Slot"]
    slots = [entry["resource"] for entry in answer.json["entry"][1:]]
    assert [slot["status"] for slot in slots] == ["free", "free"]
    second = await service.core.hold(1, channel="phone", phone="", now=NOW, slot_id=held.slot_id)
    assert second.slot_id == held.slot_id
    answer = await service.ask("GET", "/v1/fhir/slots", params=DAY)
    assert answer.json["entry"][1]["resource"]["status"] == "busy-tentative"


async def test_a_booking_is_an_appointment_without_anything_personal(service: Service) -> None:
    held = await service.core.hold(1, channel="phone", phone="", now=NOW)
    booking = await service.core.confirm(held.id, patient(), "key", NOW)
    answer = await service.ask("GET", f"/v1/fhir/bookings/{booking.code}")
    assert (answer.status, answer.json["resourceType"]) == (200, "Appointment")
    assert answer.json["status"] == "booked"
    told = json.dumps(answer.json, ensure_ascii=False)
    for secret in (patient().id_number, patient().name, patient().phone):
        assert secret not in told


async def test_a_booking_of_another_channel_is_not_there(service: Service) -> None:
    held = await service.core.hold(1, channel="phone", phone="", now=NOW)
    booking = await service.core.confirm(held.id, patient(), "key", NOW)
    await service.use_key("third_party")
    answer = await service.ask("GET", f"/v1/fhir/bookings/{booking.code}")
    assert (answer.status, answer.reason) == (404, "unknown")
