"""Personal data: sealed in the database's files, absent from logs and exports, rotated, audited."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

import booking_client
from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.fhir import appointment, bundle
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.rotation import rotate
from booking_client.types import Booking, PersonalDataPermission
from tests.booking_client.clinic import (
    KEYS,
    NOW,
    PHONE,
    TOMORROW,
    open_clinic,
    open_session,
    patient,
    rules,
)
from tests.booking_client.postgresql_server import binaries, running_server

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
DESK = PersonalDataPermission("前台3号", "更正姓名")


@pytest.fixture
async def url(database_kind: str, tmp_path: Path) -> AsyncIterator[str]:
    """A server of its own: another test's data may lie in the log of a shared one."""
    if database_kind == "sqlite":
        address = f"sqlite:///{tmp_path}/booking.db"
        await booking_client.migrate(address)
        yield address
        return
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with running_server() as address:
        await booking_client.migrate(address)
        yield address


async def book(core: SqlBookingCore, number: int = 1, phone: str = PHONE) -> Booking:
    held = await core.hold(1, channel="phone", phone=phone, now=NOW)
    return await core.confirm(held.id, patient(number, phone=phone), f"key {held.id}", NOW)


def secrets() -> list[str]:
    who = patient()
    return [who.id_number, who.id_number[:17], who.id_number[6:14], PHONE, who.name]


async def test_files_logs_and_exports_hold_nothing_in_the_clear(
    core: SqlBookingCore, url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await open_session(core.database, 1, TOMORROW, [2])
    booking = await book(core)
    with pytest.raises(BookingRefused) as refused:
        await book(core)
    assert refused.value.reason is Refusal.ALREADY_BOOKED
    files = await database_files(core, url, tmp_path)
    with pytest.raises(CoreUnavailable) as broken:
        await write_a_broken_row(core)
    found = await core.coming_bookings(patient().id_number, NOW)
    told = [
        caplog.text,
        repr(found),
        f"{refused.value!r} {broken.value!r} {broken.value.__cause__}",
        json.dumps(bundle(map(appointment, found)), ensure_ascii=False),
    ]
    # What is not personal is found, so the search would find what is.
    assert any("本部".encode() in content for content in files)
    assert booking.code in told[1]
    for secret in secrets():
        assert not [content for content in files if secret.encode() in content]
        assert not [words for words in told if secret in words]


async def write_a_broken_row(core: SqlBookingCore) -> None:
    """A programming error, with an ID number in its parameters."""
    async with core.database.writing() as connection:
        wrong = "INSERT INTO patient (id) VALUES (:id)"
        await connection.execute(text(wrong), {"id": patient().id_number})


async def database_files(core: SqlBookingCore, url: str, tmp_path: Path) -> list[bytes]:
    if core.database.dialect == "sqlite":
        return [path.read_bytes() for path in tmp_path.glob("booking.db*")]
    async with core.database.writing() as connection:
        await connection.execute(text("CHECKPOINT"))
        database = await connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    server = Path(str(make_url(url).query["host"]))
    folders = (server / "data" / "base" / str(database), server / "data" / "pg_wal")
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    return [path.read_bytes() for path in (*files, server / "server.log")]


async def test_a_key_is_rotated_while_everything_stays_found(url: str) -> None:
    core = await booking_client.connect_database(url, keys=KEYS, rules=rules())
    await open_clinic(core.database)
    await open_session(core.database, 1, TOMORROW, [9])
    booking = await book(core)
    await core.close()

    both = PersonalDataKeys(NEW, [OLD])
    core = await booking_client.connect_database(url, keys=both, rules=rules())
    with pytest.raises(DataKeyError, match="sealed with data key"):
        await booking_client.connect_database(url, keys=PersonalDataKeys(OLD), rules=rules())
    (found,) = await core.coming_bookings(patient().id_number, NOW)
    assert (found.code, found.patient_name) == (booking.code, patient().name)
    assert await core.may_book(patient().id_number, 1, NOW) is Refusal.ALREADY_BOOKED
    await core.cancel(booking.code, NOW)
    again = await book(core)
    assert await rotate(core.database, both) == 2  # a patient, a phone
    assert await rotate(core.database, both) == 0
    async with core.database.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM patient")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM phone")) == 1
    await core.close()

    core = await booking_client.connect_database(url, keys=PersonalDataKeys(NEW), rules=rules())
    (found,) = await core.coming_bookings(patient().id_number, NOW)
    assert (found.code, found.patient_name) == (again.code, patient().name)
    await core.close()
    with pytest.raises(DataKeyError, match="sealed with data key"):
        await booking_client.connect_database(url, keys=PersonalDataKeys(OLD), rules=rules())


async def test_personal_data_in_the_clear_leaves_a_trace(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [2])
    booking = await book(core)
    assert await core.patient_of_booking(booking.code, DESK, NOW) == patient()
    async with core.database.reading() as connection:
        rows = await connection.execute(
            text("SELECT actor, purpose, booking_id FROM personal_data_access")
        )
        assert [tuple(row) for row in rows] == [("前台3号", "更正姓名", booking.id)]


@pytest.mark.parametrize("permission", [("", "更正姓名"), ("前台3号", " ")])
async def test_nobody_asks_without_a_name_and_a_purpose(
    core: SqlBookingCore, permission: tuple[str, str]
) -> None:
    await open_session(core.database, 1, TOMORROW, [2])
    booking = await book(core)
    with pytest.raises(ValueError, match="who asks and what for"):
        await core.patient_of_booking(booking.code, PersonalDataPermission(*permission), NOW)
    with pytest.raises(BookingRefused) as caught:
        await core.patient_of_booking("20202028", DESK, NOW)
    assert caught.value.reason is Refusal.UNKNOWN


async def test_a_patient_keeps_the_three_phones_used_last(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [9])
    numbers = [f"1380000000{digit}" for digit in (1, 2, 3, 1, 4)]
    codes = []
    for minute, number in enumerate(numbers):
        now = NOW.replace(minute=minute)
        held = await core.hold(1, channel="phone", phone="", now=now)
        booking = await core.confirm(held.id, patient(phone=number), held.id, now)
        codes.append(booking.code)
        await core.cancel(booking.code, now)
    places = "SELECT count(*), count(place) FROM phone"
    async with core.database.reading() as connection:
        counts = (await connection.execute(text(places))).one()
    assert tuple(counts) == (4, 3)
    displaced = await core.patient_of_booking(codes[1], DESK, NOW)
    assert displaced.phone == numbers[1]  # the booking still knows whom to call
    async with core.database.reading() as connection:
        out = await connection.scalar(
            text("SELECT code FROM booking JOIN phone ON phone.id = phone_id WHERE place IS NULL")
        )
    assert out == codes[1]
