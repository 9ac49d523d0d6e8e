"""What a channel may see and do: two channels on one service, each with its own key."""

from __future__ import annotations

import pytest

from booking_client.http.operations import Scope
from tests.booking_client.clinic import HEART, HOSPITAL, TOMORROW, patient
from tests.booking_service.service import OF_THE_HOTLINE, Answer, Service

PATIENT = {
    "id_number": patient().id_number,
    "name": patient().name,
    "name_verified": False,
    "phone": "",
}


async def hold(service: Service, channel: str, session_id: int = 1) -> Answer:
    wish = {"session_id": session_id, "channel": channel, "phone": ""}
    return await service.ask("POST", "/v1/holds", json=wish)


async def confirm(service: Service, hold_id: str, **changes: object) -> Answer:
    return await service.ask(
        "POST",
        f"/v1/holds/{hold_id}/booking",
        headers={"Idempotency-Key": f"key of {hold_id}"},
        json={"patient": PATIENT | changes},
    )


async def booked_by(service: Service, channel: str) -> str:
    """The code of a booking that the channel has made with a key of its own."""
    await service.use_key(channel)
    held = await hold(service, channel)
    return str((await confirm(service, held.json["id"])).json["code"])


async def test_a_channel_books_as_itself_only(service: Service) -> None:
    assert (await hold(service, "third_party")).reason == "not_allowed"
    held = await hold(service, "phone")
    assert held.status == 201
    booked = await confirm(service, held.json["id"])
    assert (booked.status, booked.json["channel"]) == (201, "phone")


@pytest.mark.parametrize("scopes", [OF_THE_HOTLINE, tuple(Scope)], ids=["channel", "every scope"])
async def test_another_channels_booking_is_not_there_without_the_scope(
    service: Service, scopes: tuple[Scope, ...]
) -> None:
    code = await booked_by(service, "third_party")
    await service.use_key("phone", scopes=scopes)
    sees = Scope.ALL_CHANNELS in scopes
    found = await service.ask("GET", f"/v1/bookings/{code}")
    assert found.status == (200 if sees else 404)
    coming = await service.ask(
        "POST", "/v1/patients/coming-bookings", json={"id_number": patient().id_number}
    )
    assert [each["code"] for each in coming.json] == ([code] if sees else [])
    last = await service.ask(
        "POST", "/v1/patients/last-booking", json={"id_number": patient().id_number}
    )
    assert (last.json is not None) is sees
    moved = await service.ask("POST", f"/v1/bookings/{code}/move", json={"session_id": 2})
    assert moved.status == (200 if sees else 404)
    cancelled = await service.ask("POST", f"/v1/bookings/{code}/cancel")
    assert cancelled.status == (200 if sees else 404)
    booking = await service.core.booking_by_code(code)
    assert booking is not None
    assert booking.status == ("cancelled" if sees else "booked")


async def test_another_channels_hold_is_not_there(service: Service) -> None:
    await service.use_key("third_party")
    hold_id = (await hold(service, "third_party")).json["id"]
    await service.use_key("phone")
    assert (await confirm(service, hold_id)).reason == "unknown"
    assert (await service.ask("DELETE", f"/v1/holds/{hold_id}")).reason == "unknown"
    await service.use_key("third_party")
    assert (await confirm(service, hold_id)).status == 201


async def test_a_channel_asks_for_itself_or_the_public(service: Service) -> None:
    questions = [
        ("GET", "/v1/booking-window", {"hospital": HOSPITAL}, None),
        ("GET", "/v1/sessions/1/alternatives", {}, None),
        (
            "GET",
            "/v1/sessions",
            {"hospital": HOSPITAL, "department": HEART, "date": str(TOMORROW)},
            None,
        ),
        ("POST", "/v1/sessions/1/may-book", {}, {"id_number": patient().id_number}),
        (
            "POST",
            "/v1/sessions/search",
            {},
            {
                "hospital": HOSPITAL,
                "department": HEART,
                "from_date": str(TOMORROW),
                "to_date": str(TOMORROW),
            },
        ),
    ]
    for method, path, params, body in questions:
        for channel, status in ((None, 200), ("phone", 200), ("third_party", 403)):
            named = {} if channel is None else {"channel": channel}
            answer = await service.ask(
                method,
                path,
                params=params | ({} if body is not None else named),
                json=None if body is None else body | named,
            )
            assert answer.status == status, (path, channel)


async def test_that_a_name_is_verified_is_for_trusted_channels_to_say(service: Service) -> None:
    await service.use_key("third_party", scopes=set(OF_THE_HOTLINE) - {Scope.VERIFY_NAMES})
    held = await hold(service, "third_party")
    answer = await confirm(service, held.json["id"], name_verified=True)
    assert (answer.status, answer.reason) == (403, "not_allowed")
    booked = await confirm(service, held.json["id"])
    assert booked.json["name_unverified"] is True


async def test_a_patient_is_found_by_phone_with_the_scope_only(service: Service) -> None:
    who = {"phone": "13800000000", "last_four": patient().id_number[-4:]}
    await service.use_key("phone", scopes=set(OF_THE_HOTLINE) - {Scope.PATIENTS})
    asked = await service.ask("POST", "/v1/patients/phone-match", json=who)
    assert (asked.status, asked.reason) == (403, "not_allowed")
    held = await hold(service, "phone")
    answer = await service.ask(
        "POST",
        f"/v1/holds/{held.json['id']}/booking",
        headers={"Idempotency-Key": "key"},
        json={"patient": who},
    )
    assert (answer.status, answer.reason) == (403, "not_allowed")
