"""Bookings from elsewhere: everything that is true of the database stays true."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import BookingRow, PatientRow, PhoneRow, SlotRow
from booking_client.sql.bulk import BulkCount, TakenBooking, write_bookings
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.opening import open_core
from booking_client.types import BookingStatus, Patient
from tests.booking_client.clinic import KEYS, NOW, TOMORROW, open_clinic, open_session, patient
from tests.booking_client.truth import falsehoods


async def first_slot(core: SqlBookingCore, capacities: tuple[int, ...] = (3, 3)) -> int:
    await open_session(core.database, 1, TOMORROW, capacities)
    async with core.database.reading() as connection:
        return int(await connection.scalar(select(func.min(SlotRow.id))) or 0)


def taken(
    slot: int,
    number: int,
    status: BookingStatus = BookingStatus.BOOKED,
    who: Patient | None = None,
    channel: str = "in_clinic",
    sub_channel: str | None = None,
) -> TakenBooking:
    return TakenBooking(
        slot, who or patient(number), channel, f"old/{number}", NOW, status, sub_channel
    )


async def write(core: SqlBookingCore, bookings: Iterable[TakenBooking]) -> BulkCount:
    count = await write_bookings(core.database, KEYS, bookings, chunk=2)
    async with core.database.reading() as connection:
        assert await falsehoods(connection) == []
    return count


async def number_of(core: SqlBookingCore, table: type) -> int:
    async with core.database.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_bookings_of_several_chunks_are_there_like_any_other(core: SqlBookingCore) -> None:
    slot = await first_slot(core)
    told: list[int] = []
    bookings = [taken(slot, 1), taken(slot + 1, 2), taken(slot, 3, sub_channel="就医160")]
    count = await write_bookings(core.database, KEYS, bookings, chunk=2, progress=told.append)
    assert (count, told) == (BulkCount(3, 0), [2, 3])
    (booking,) = await core.coming_bookings(patient(3).id_number, NOW)
    assert (booking.channel, booking.sub_channel) == ("in_clinic", "就医160")
    assert booking.patient_name == patient(3).name
    found = await core.booking_by_code(booking.code)
    assert found is not None
    assert found.id == booking.id
    assert (await core.cancel(booking.code, NOW)).status is BookingStatus.CANCELLED
    async with core.database.reading() as connection:
        assert await falsehoods(connection) == []


async def test_the_next_booking_of_a_caller_goes_on_as_ever(core: SqlBookingCore) -> None:
    slot = await first_slot(core)
    await write(core, [taken(slot, 1)])
    hold = await core.hold(1, channel="phone", phone="13800000009", now=NOW)
    booking = await core.confirm(hold.id, patient(2), "a key", NOW)
    assert booking.status is BookingStatus.BOOKED


async def test_the_same_again_changes_nothing(core: SqlBookingCore) -> None:
    slot = await first_slot(core)
    bookings = [taken(slot, 1), taken(slot + 1, 2)]
    await write(core, bookings)
    assert await write(core, [*bookings, taken(slot, 3)]) == BulkCount(1, 2)
    assert await write(core, [bookings[0], bookings[0]]) == BulkCount(0, 2)
    assert await number_of(core, BookingRow) == 3


async def test_a_cancelled_booking_takes_no_place(core: SqlBookingCore) -> None:
    slot = await first_slot(core, (1,))
    cancelled = [taken(slot, number, BookingStatus.CANCELLED) for number in (1, 2, 3)]
    assert await write(core, [*cancelled, taken(slot, 4)]) == BulkCount(4, 0)


async def test_no_slot_is_filled_beyond_its_capacity(core: SqlBookingCore) -> None:
    slot = await first_slot(core, (1, 0))
    with pytest.raises(BookingRefused) as refused:
        await write(core, [taken(slot, 1), taken(slot, 2)])
    assert refused.value.reason is Refusal.FULL
    assert await number_of(core, BookingRow) == await number_of(core, PatientRow) == 0


async def test_two_live_bookings_of_a_day_and_department_are_refused(core: SqlBookingCore) -> None:
    slot = await first_slot(core)
    await write(core, [taken(slot, 1)])
    again = dataclasses.replace(taken(slot + 1, 1), key="old/1b")
    with pytest.raises(BookingRefused) as refused:
        await write(core, [again])
    assert refused.value.reason is Refusal.ALREADY_BOOKED
    # What is over may have been twice: who counts it does not make it otherwise.
    past = dataclasses.replace(again, status=BookingStatus.FULFILLED)
    assert await write(core, [past]) == BulkCount(1, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"channel": "fax"}, Refusal.UNKNOWN),
        ({"sub_channel": "传真"}, Refusal.UNKNOWN),
        ({"slot_id": 999}, Refusal.UNKNOWN),
        ({"patient": Patient("320100194501010000", "林春生", True, "")}, Refusal.UNKNOWN_PATIENT),
        ({"patient": dataclasses.replace(patient(1), name=" ")}, Refusal.UNKNOWN_PATIENT),
    ],
)
async def test_what_cannot_be_is_refused(
    core: SqlBookingCore, change: dict[str, Any], reason: Refusal
) -> None:
    booking = dataclasses.replace(taken(await first_slot(core), 1), **change)
    with pytest.raises(BookingRefused) as refused:
        await write(core, [booking])
    assert refused.value.reason is reason
    assert booking.patient.id_number not in str(refused.value)


async def test_a_patient_keeps_the_name_and_at_most_three_phones(core: SqlBookingCore) -> None:
    slot = await first_slot(core, (9,))
    first = patient(1, phone="")
    phones = ["", "13800000001", "13800000002", "13800000003", "+86 13800000001", "13800000004"]
    old = [
        dataclasses.replace(
            taken(slot, number, BookingStatus.FULFILLED, dataclasses.replace(first, phone=phone)),
            taken_at=NOW + dt.timedelta(minutes=number),
        )
        for number, phone in enumerate(phones)
    ]
    await write(core, old)
    renamed = dataclasses.replace(patient(1, name="林夏生"), name_verified=False)
    await write(core, [taken(slot, 8, who=renamed)])
    (booking,) = await core.coming_bookings(first.id_number, NOW)
    assert booking.patient_name == first.name
    assert not booking.name_unverified
    async with core.database.reading() as connection:
        rows = await connection.execute(
            select(PhoneRow.number_hash).where(PhoneRow.place.is_not(None))
        )
        in_use = set(rows.scalars())
    # The fourth took the place of the one that was used longest ago.
    kept = ("13800000001", "13800000004", "13800000000")
    assert in_use == {KEYS.digest("phone.number", number) for number in kept}


async def test_nothing_personal_is_in_the_file(sqlite_url: str) -> None:
    core = await open_core(sqlite_url, keys=KEYS, rules=None)
    await open_clinic(core.database)
    await write(core, [taken(await first_slot(core), 7)])
    await core.close()
    content = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    for secret in (patient(7).id_number, patient(7).name, patient(7).phone):
        assert secret.encode() not in content
