"""Requests as anybody may send them: a bad one gets a clear 4xx and changes nothing."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from sqlalchemy import text

from booking_client.errors import CoreUnavailable
from booking_client.http.operations import KEY_HEADER, NOW_HEADER, Scope
from booking_client.sql.core import SqlBookingCore
from booking_service.reading import LARGEST_BODY
from tests.booking_client.clinic import HEART, HOSPITAL, TOMORROW, patient
from tests.booking_service.service import Answer, Service

WISH = {"session_id": 1, "channel": "phone", "phone": ""}
PATIENT = {
    "id_number": patient().id_number,
    "name": patient().name,
    "name_verified": True,
    "phone": "13800000000",
}
SEARCH = {
    "hospital": HOSPITAL,
    "department": HEART,
    "from_date": str(TOMORROW),
    "to_date": str(TOMORROW),
}
JSON = {"Content-Type": "application/json"}
KEY = {"Idempotency-Key": "call-1"}


async def contents(service: Service) -> dict[str, object]:
    """All rows of holds, bookings and patients, and the places taken."""
    tables = ("hold", "booking", "patient", "phone", "idempotency", "slot")
    async with service.core.database.reading() as connection:
        return {
            table: [tuple(row) for row in await connection.execute(text(f"SELECT * FROM {table}"))]
            for table in tables
        }


def is_problem(answer: Answer) -> bool:
    """RFC 9457, with the reason."""
    return (
        answer.headers["Content-Type"] == "application/problem+json"
        and answer.json["status"] == answer.status
        and bool(answer.reason)
        and answer.headers["Cache-Control"] == "no-store"
    )


async def test_a_booking_from_the_search_to_the_cancellation(service: Service) -> None:
    found = await service.ask("POST", "/v1/sessions/search", json=SEARCH)
    (session,) = found.json
    assert [band["free"] for band in session["bands"]] == [2, 1]
    held = await service.ask("POST", "/v1/holds", json=WISH | {"session_id": session["id"]})
    assert (held.status, held.json["expires_at"]) == (201, "2026-11-24T09:15:00")
    path = f"/v1/holds/{held.json['id']}/booking"
    booked = await service.ask("POST", path, headers=KEY, json={"patient": PATIENT})
    again = await service.ask("POST", path, headers=KEY, json={"patient": PATIENT})
    assert (booked.status, again.json) == (201, booked.json)
    other = await service.ask(
        "POST", path, headers=KEY, json={"patient": PATIENT | {"phone": "13900000000"}}
    )
    assert (other.status, other.reason) == (422, "key_reused")
    code = booked.json["code"]
    assert (await service.ask("GET", f"/v1/bookings/{code}")).json == booked.json
    for _ in range(2):
        cancelled = await service.ask("POST", f"/v1/bookings/{code}/cancel")
        assert (cancelled.status, cancelled.json["status"]) == (200, "cancelled")


async def test_a_full_session_is_refused_with_what_is_near(service: Service) -> None:
    for _ in range(3):
        assert (await service.ask("POST", "/v1/holds", json=WISH)).status == 201
    answer = await service.ask("POST", "/v1/holds", json=WISH)
    assert (answer.status, answer.reason, answer.json["alternatives"]) == (409, "full", [])
    assert is_problem(answer)


BAD: dict[str, tuple[int, str, tuple[str, str, dict[str, Any]]]] = {
    "no such path": (404, "no_such_path", ("GET", "/v2/hospitals", {})),
    "wrong method": (405, "wrong_method", ("PUT", "/v1/holds", {})),
    "an unknown parameter": (400, "invalid_request", ("GET", "/v1/hospitals?x=1", {})),
    "a missing parameter": (400, "invalid_request", ("GET", "/v1/departments", {})),
    "a parameter given twice": (
        400,
        "invalid_request",
        ("GET", "/v1/departments?hospital=a&hospital=b", {}),
    ),
    "an unknown hospital": (404, "unknown", ("GET", "/v1/booking-window?hospital=x", {})),
    "a number that is none": (400, "invalid_request", ("GET", "/v1/sessions/x/alternatives", {})),
    "a number out of range": (
        400,
        "invalid_request",
        ("GET", "/v1/sessions/99999999999/alternatives", {}),
    ),
    "an unknown session": (404, "unknown", ("GET", "/v1/sessions/99/alternatives", {})),
    "an unknown code": (404, "unknown", ("GET", "/v1/bookings/20202028", {})),
    "a code of another form": (400, "invalid_request", ("GET", "/v1/bookings/2%2F2", {})),
    "an unknown hold released": (404, "unknown", ("DELETE", "/v1/holds/abc", {})),
    "an unknown hold confirmed": (
        404,
        "unknown",
        ("POST", "/v1/holds/abc/booking", {"json": {"patient": PATIENT}, "headers": KEY}),
    ),
    "a confirmation without a key": (
        400,
        "invalid_request",
        ("POST", "/v1/holds/abc/booking", {"json": {"patient": PATIENT}}),
    ),
    "no JSON": (415, "not_json", ("POST", "/v1/holds", {"data": {"session_id": "1"}})),
    "broken JSON": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"data": b'{"session_id": 1', "headers": JSON}),
    ),
    "JSON in another code": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"data": '{"channel": "电话"}'.encode("gb18030"), "headers": JSON}),
    ),
    "half a character": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"data": rb'{"channel": "\ud800"}', "headers": JSON}),
    ),
    "an empty body": (400, "invalid_request", ("POST", "/v1/holds", {"headers": JSON})),
    "a list": (400, "invalid_request", ("POST", "/v1/holds", {"json": []})),
    "an unknown field": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"json": WISH | {"speed": 1}}),
    ),
    "a text for a number": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"json": WISH | {"session_id": "one"}}),
    ),
    "a NUL character": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"json": WISH | {"channel": "\0"}}),
    ),
    "a large body": (
        413,
        "too_large",
        ("POST", "/v1/holds", {"data": b" " * (LARGEST_BODY + 1), "headers": JSON}),
    ),
    "no date": (
        400,
        "invalid_request",
        ("POST", "/v1/sessions/search", {"json": SEARCH | {"from_date": "2026-02-30"}}),
    ),
    "a moment for a date": (
        400,
        "invalid_request",
        ("POST", "/v1/sessions/search", {"json": SEARCH | {"from_date": "2026-11-25T00:00:00"}}),
    ),
    "no time": (
        400,
        "invalid_request",
        ("POST", "/v1/holds", {"json": WISH, "headers": {NOW_HEADER: "yesterday"}}),
    ),
    "another day": (
        409,
        "clocks_differ",
        ("POST", "/v1/holds", {"json": WISH, "headers": {NOW_HEADER: "2026-11-23T09:00:00+08:00"}}),
    ),
    "another age": (
        409,
        "clocks_differ",
        ("POST", "/v1/holds", {"json": WISH, "headers": {NOW_HEADER: "0001-01-01T00:00:00Z"}}),
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_request_is_told_so_and_changes_nothing(service: Service, case: str) -> None:
    status, reason, (method, path, sent) = BAD[case]
    before = await contents(service)
    answer = await service.ask(method, path, **sent)
    assert (answer.status, answer.reason) == (status, reason), answer.json
    assert is_problem(answer)
    assert await contents(service) == before


@pytest.mark.parametrize(
    "id_number", ["", "1", "320100194501010010", "３２０１００１９４５０１０１００１１"]
)
async def test_a_bad_id_number_books_nothing(service: Service, id_number: str) -> None:
    held = await service.ask("POST", "/v1/holds", json=WISH)
    before = await contents(service)
    answer = await service.ask(
        "POST",
        f"/v1/holds/{held.json['id']}/booking",
        headers=KEY,
        json={"patient": PATIENT | {"id_number": id_number}},
    )
    assert (answer.status, answer.reason) == (409, "unknown_patient")
    assert await contents(service) == before


@pytest.mark.parametrize("key", ["", "bk_00000000_" + "a" * 43, "password", "bk_é"])
async def test_a_bad_key_is_let_in_nowhere(service: Service, key: str) -> None:
    before = await contents(service)
    answer = await service.ask("POST", "/v1/holds", json=WISH, headers={KEY_HEADER: key})
    assert (answer.status, answer.reason) == (401, "bad_key")
    assert "WWW-Authenticate" in answer.headers
    assert await contents(service) == before


async def test_the_fields_that_are_wrong_are_named_without_what_was_sent(service: Service) -> None:
    sent = {"patient": PATIENT | {"phone": ["13812345678"], "320102194501010019": 1}}
    answer = await service.ask("POST", "/v1/holds/abc/booking", headers=KEY, json=sent)
    assert [each["field"] for each in answer.json["errors"]] == ["patient.phone", "patient"]
    assert "13812345678" not in str(answer.json)
    assert "320102194501010019" not in str(answer.json)


async def test_wrong_methods_are_told_the_right_ones(service: Service) -> None:
    answer = await service.ask("DELETE", "/v1/sessions")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


async def test_whoever_asks_too_often_waits(service: Service) -> None:
    await service.use_key(per_minute=60, burst=2)
    asked = [await service.ask("GET", "/v1/hospitals") for _ in range(3)]
    assert [answer.status for answer in asked] == [200, 200, 429]
    assert (asked[2].reason, asked[2].headers["Retry-After"]) == ("too_many_requests", "1")
    service.clock.seconds += 1
    assert (await service.ask("GET", "/v1/hospitals")).status == 200
    limited = dict(service.headers)
    await service.use_key()
    assert (await service.ask("GET", "/v1/hospitals")).status == 200
    assert (await service.ask("GET", "/v1/hospitals", headers=limited)).status == 429


async def test_a_revoked_key_is_out_with_the_next_request(service: Service) -> None:
    async with service.core.database.writing() as connection:
        await connection.execute(text("UPDATE api_key SET revoked_at = created_at"))
    assert (await service.ask("GET", "/v1/hospitals")).reason == "bad_key"


async def test_the_services_clock_counts_unless_the_key_may_say(service: Service) -> None:
    async def window(moment: str) -> Answer:
        return await service.ask(
            "GET",
            "/v1/booking-window",
            params={"hospital": HOSPITAL},
            headers={NOW_HEADER: moment},
        )

    ordinary = ["2026-11-25", "2026-12-01"]
    assert (await window("2026-11-24T09:04:00+08:00")).json == ordinary
    assert (await window("2026-11-24T01:00:00Z")).json == ordinary
    assert (await window("2026-11-24T09:00:00Z")).reason == "clocks_differ"
    await service.use_key(scopes=Scope)
    assert (await window("2026-11-25T09:00:00+08:00")).json == ["2026-11-26", "2026-12-02"]
    service.clock.moment += dt.timedelta(days=2)
    assert (await service.ask("GET", "/v1/booking-window", params={"hospital": HOSPITAL})).json == [
        "2026-11-27",
        "2026-12-03",
    ]


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (CoreUnavailable("disk is full"), 503, "unavailable"),
        (KeyError("13812345678"), 500, "broken"),
    ],
)
async def test_a_core_that_breaks_is_told_without_why(
    service: Service,
    error: Exception,
    status: int,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(_: SqlBookingCore) -> None:
        raise error

    monkeypatch.setattr(SqlBookingCore, "hospitals", broken)
    answer = await service.ask("GET", "/v1/hospitals")
    assert (answer.status, answer.reason) == (status, reason)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "disk" not in str(answer.json)
    assert "GET /v1/hospitals" in caplog.text
    assert "13812345678" not in caplog.text


async def test_no_id_and_no_phone_number_is_in_a_log_line(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    held = await service.ask("POST", "/v1/holds", json=WISH | {"phone": PATIENT["phone"]})
    path = f"/v1/holds/{held.json['id']}/booking"
    await service.ask("POST", path, headers=KEY, json={"patient": PATIENT})
    await service.ask("POST", path, headers=KEY, json={"patient": PATIENT | {"x": 1}})
    who = {"id_number": patient().id_number}
    await service.ask("POST", "/v1/patients/coming-bookings", json=who)
    await service.ask("GET", f"/v1/{patient().id_number}", params=who)
    await service.ask("GET", f"/v1/bookings/{patient().id_number}", params=who)
    assert "POST /v1/holds/{hold_id}/booking 201" in caplog.text
    for personal in (patient().id_number, PATIENT["phone"], patient().name):
        assert str(personal) not in caplog.text
    assert service.headers[KEY_HEADER] not in caplog.text
