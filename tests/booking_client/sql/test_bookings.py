from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text

from booking_client.codes import is_code
from booking_client.errors import BookingRefused, Refusal
from booking_client.sql import confirmation
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Booking, BookingStatus, Hold, Patient
from tests.booking_client.clinic import KEYS, NOW, PHONE, TOMORROW, open_session, patient, rules
from tests.booking_client.truth import falsehoods

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
async def clinic(core: SqlBookingCore) -> SqlBookingCore:
    """Session 1 tomorrow morning, 2 in the afternoon, 3 in another department, 4 a day later."""
    await open_session(core.database, 1, TOMORROW, [1, 1])
    await open_session(core.database, 2, TOMORROW, [5], period="下午")
    await open_session(core.database, 3, TOMORROW, [5], department_id=2)
    await open_session(core.database, 4, TOMORROW + DAY, [5])
    return core


async def hold(core: SqlBookingCore, session_id: int = 1, now: dt.datetime = NOW) -> Hold:
    return await core.hold(session_id, channel="phone", phone="", now=now)


async def book(
    core: SqlBookingCore, session_id: int = 1, who: Patient | None = None, key: str = "call-1"
) -> Booking:
    held = await hold(core, session_id)
    return await core.confirm(held.id, who or patient(), f"{key}:{held.id}", NOW)


async def refusal(
    core: SqlBookingCore, hold_id: str, who: Patient, key: str, now: dt.datetime = NOW
) -> Refusal:
    with pytest.raises(BookingRefused) as caught:
        await core.confirm(hold_id, who, key, now)
    return caught.value.reason


async def true(core: SqlBookingCore) -> bool:
    async with core.database.reading() as connection:
        return await falsehoods(connection) == []


async def test_a_hold_becomes_a_booking_with_a_code(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    assert await clinic.booking_of_hold(held.id) is None
    booking = await clinic.confirm(held.id, patient(), "key", NOW)
    assert await clinic.booking_of_hold(held.id) == booking
    assert booking.status is BookingStatus.BOOKED
    assert is_code(booking.code)
    assert (booking.start, booking.end) == (held.start, held.end)
    assert booking.session.id == 1
    assert (booking.patient_name, booking.name_unverified) == ("林春生", False)
    assert booking.id_last_four == patient().id_number[-4:]
    assert booking.channel == "phone"
    assert await clinic.booking_by_code(booking.code) == booking
    assert await true(clinic)


async def test_the_same_key_and_payload_give_the_same_booking(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    first = await clinic.confirm(held.id, patient(), "key", NOW)
    much_later = held.expires_at + 30 * DAY
    assert dataclasses.replace(
        await clinic.confirm(held.id, patient(), "key", much_later), session=first.session
    ) == dataclasses.replace(first)
    assert await true(clinic)


async def test_the_same_key_at_the_same_moment_books_once(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    answers = await asyncio.gather(
        *(clinic.confirm(held.id, patient(), "key", NOW) for _ in range(8))
    )
    assert {answer.code for answer in answers} == {answers[0].code}
    assert await true(clinic)


@pytest.mark.parametrize(
    "other",
    [
        patient(2),
        patient(name="林春声"),
        patient(phone="13900000000"),
        dataclasses.replace(patient(), name_verified=False),
    ],
)
async def test_the_same_key_with_another_payload_is_refused(
    clinic: SqlBookingCore, other: Patient
) -> None:
    held = await hold(clinic)
    await clinic.confirm(held.id, patient(), "key", NOW)
    assert await refusal(clinic, held.id, other, "key") is Refusal.KEY_REUSED
    another = await hold(clinic, 3)
    assert await refusal(clinic, another.id, patient(), "key") is Refusal.KEY_REUSED
    assert await true(clinic)


async def test_another_channel_may_use_the_same_key(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    elsewhere = await clinic.hold(3, channel="online_12320", phone="", now=NOW)
    await clinic.confirm(held.id, patient(), "key", NOW)
    booking = await clinic.confirm(elsewhere.id, patient(), "key", NOW)
    assert booking.channel == "online_12320"


async def test_a_second_booking_in_the_same_call_needs_another_key(clinic: SqlBookingCore) -> None:
    first, second = await book(clinic, 1), await book(clinic, 3)
    assert first.code != second.code
    assert await true(clinic)


async def test_a_hold_cannot_be_confirmed_twice_with_two_keys(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    await clinic.confirm(held.id, patient(), "key", NOW)
    assert await refusal(clinic, held.id, patient(2), "other key") is Refusal.HOLD_EXPIRED


async def test_one_booking_per_patient_day_and_department(clinic: SqlBookingCore) -> None:
    booking = await book(clinic, 1)
    afternoon = await hold(clinic, 2)
    assert await refusal(clinic, afternoon.id, patient(), "2") is Refusal.ALREADY_BOOKED
    await book(clinic, 3)
    await book(clinic, 4)
    await book(clinic, 2, patient(2))
    await clinic.cancel(booking.code, NOW)
    await clinic.confirm(afternoon.id, patient(), "2", NOW)
    assert await true(clinic)


async def test_the_index_stands_behind_the_rule(
    clinic: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(confirmation, "_refuse_one_more_that_day", nothing)
    await book(clinic, 1)
    afternoon = await hold(clinic, 2)
    assert await refusal(clinic, afternoon.id, patient(), "2") is Refusal.ALREADY_BOOKED
    assert await true(clinic)


async def test_a_code_in_use_is_drawn_again(
    clinic: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = iter(["20202028", "20202028", "20202028", "30303030"])
    monkeypatch.setattr(confirmation, "draw_code", lambda source: next(draws))
    first = await book(clinic, 1)
    assert (await book(clinic, 3)).code == "30303030"
    await clinic.cancel(first.code, NOW)
    monkeypatch.setattr(confirmation, "draw_code", lambda source: "20202028")
    again = await book(clinic, 4)
    assert await clinic.booking_by_code("20202028") == dataclasses.replace(again)


async def test_an_expired_hold_is_confirmed_while_its_place_is_free(
    clinic: SqlBookingCore,
) -> None:
    held = await hold(clinic)
    late = held.expires_at + MINUTE
    booking = await clinic.confirm(held.id, patient(), "key", late)
    assert booking.start == held.start
    assert await true(clinic)


async def test_an_expired_hold_takes_its_place_again_after_another_left_it(
    clinic: SqlBookingCore,
) -> None:
    held = await hold(clinic)
    late = held.expires_at + MINUTE
    other = await hold(clinic, now=late)
    assert other.slot_id == held.slot_id
    assert await refusal(clinic, held.id, patient(), "key", late) is Refusal.HOLD_EXPIRED
    await clinic.release(other.id)
    booking = await clinic.confirm(held.id, patient(), "key", late)
    assert booking.start == held.start
    assert await true(clinic)


async def test_an_expired_hold_takes_its_place_again_when_the_next_hold_expired_too(
    clinic: SqlBookingCore,
) -> None:
    held = await hold(clinic)
    other = await hold(clinic, now=held.expires_at)
    assert other.slot_id == held.slot_id
    await clinic.confirm(held.id, patient(), "key", other.expires_at)
    late = await refusal(clinic, other.id, patient(2), "other key", other.expires_at)
    assert late is Refusal.HOLD_EXPIRED
    assert await true(clinic)


async def test_a_released_hold_stays_released(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    await clinic.release(held.id)
    assert await refusal(clinic, held.id, patient(), "key") is Refusal.HOLD_EXPIRED
    assert await true(clinic)


async def test_a_hold_that_never_was_is_unknown(clinic: SqlBookingCore) -> None:
    assert await refusal(clinic, "no such hold", patient(), "key") is Refusal.UNKNOWN


async def test_the_rules_are_checked_again_at_the_confirmation(clinic: SqlBookingCore) -> None:
    before = NOW.replace(hour=16, minute=25)
    held = await hold(clinic, now=before)
    after = before + 10 * MINUTE
    assert await refusal(clinic, held.id, patient(), "key", after) is Refusal.TOO_LATE
    async with clinic.database.writing() as connection:
        await connection.execute(text("UPDATE clinic_session SET status = 'cancelled'"))
    assert await refusal(clinic, held.id, patient(), "key", before) is Refusal.SESSION_CANCELLED


@pytest.mark.parametrize(
    "nobody",
    [
        dataclasses.replace(patient(), id_number="320100194501010010"),
        dataclasses.replace(patient(), id_number=""),
        dataclasses.replace(patient(), name=" "),
        dataclasses.replace(patient(), name="长" * 61),
    ],
)
async def test_who_is_not_a_possible_patient_is_refused(
    clinic: SqlBookingCore, nobody: Patient
) -> None:
    held = await hold(clinic)
    assert await refusal(clinic, held.id, nobody, "key") is Refusal.UNKNOWN_PATIENT
    await clinic.confirm(held.id, patient(), "key", NOW)
    assert await true(clinic)


async def test_a_spoken_name_marks_the_booking_and_never_replaces_a_registered_one(
    clinic: SqlBookingCore,
) -> None:
    spoken = dataclasses.replace(patient(), name="林春声", name_verified=False)
    first = await book(clinic, 1, spoken)
    assert (first.patient_name, first.name_unverified) == ("林春声", True)
    registered = await book(clinic, 3)
    assert (registered.patient_name, registered.name_unverified) == ("林春生", False)
    later = await book(clinic, 4, spoken)
    assert (later.patient_name, later.name_unverified) == ("林春生", False)


async def test_a_key_must_not_be_empty(clinic: SqlBookingCore) -> None:
    held = await hold(clinic)
    with pytest.raises(ValueError, match="key is empty"):
        await clinic.confirm(held.id, patient(), "", NOW)


async def test_cancelling_gives_the_place_back_once(clinic: SqlBookingCore) -> None:
    booking = await book(clinic)
    cancelled = await clinic.cancel(booking.code, NOW)
    assert cancelled.status is BookingStatus.CANCELLED
    assert cancelled.session.free == 2
    assert (await clinic.cancel(booking.code, NOW)).status is BookingStatus.CANCELLED
    found = await clinic.booking_by_code(booking.code)
    assert found is not None
    assert found.status is BookingStatus.CANCELLED
    assert await true(clinic)


async def test_cancelling_ends_at_the_deadline(clinic: SqlBookingCore) -> None:
    booking = await book(clinic)
    start = dt.datetime.combine(TOMORROW, booking.start)
    strict = SqlBookingCore(
        clinic.database,
        KEYS,
        rules(cancel_until={"上午": "07:00", "下午": "12:00", "晚上": "16:00"}),
    )
    for core, deadline in ((strict, start - 60 * MINUTE), (clinic, start)):
        with pytest.raises(BookingRefused) as caught:
            await core.cancel(booking.code, deadline)
        assert caught.value.reason is Refusal.TOO_LATE
    await clinic.cancel(booking.code, start - MINUTE)


@pytest.mark.parametrize("status", ["fulfilled", "noshow"])
async def test_what_is_over_cannot_be_cancelled(clinic: SqlBookingCore, status: str) -> None:
    booking = await book(clinic)
    async with clinic.database.writing() as connection:
        await connection.execute(text("UPDATE booking SET status = :s"), {"s": status})
    with pytest.raises(BookingRefused) as caught:
        await clinic.cancel(booking.code, NOW)
    assert caught.value.reason is Refusal.TOO_LATE


async def test_an_unknown_code(clinic: SqlBookingCore) -> None:
    assert await clinic.booking_by_code("20202028") is None
    with pytest.raises(BookingRefused) as caught:
        await clinic.cancel("20202028", NOW)
    assert caught.value.reason is Refusal.UNKNOWN


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_nothing_personal_is_readable_in_the_database_files(
    core: SqlBookingCore, tmp_path: Path
) -> None:
    """A server's files are searched in test_personal_data_at_rest."""
    await open_session(core.database, 1, TOMORROW, [2])
    who = patient()
    held = await core.hold(1, channel="phone", phone=PHONE, now=NOW)
    booking = await core.confirm(held.id, who, "key", NOW)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["booking.db", "booking.db-shm", "booking.db-wal"]
    content = b"".join(file.read_bytes() for file in files)
    # What is not personal is found, so the search below would find what is.
    assert booking.code.encode() in content
    assert "本部".encode() in content
    for secret in (who.id_number, who.id_number[:17], who.id_number[6:14], PHONE, who.name):
        assert secret.encode("utf-8") not in content
        assert secret.encode("utf-16-le") not in content
    assert who.id_number not in repr((who, booking))
    assert who.name not in repr((who, booking))
