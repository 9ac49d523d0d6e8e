"""Who has booked before: the last booking, and a patient known by phone and last four."""

from __future__ import annotations

import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import check_character
from booking_client.types import Patient, PatientByPhone, PhoneMatch
from tests.booking_client.clinic import NOW, PHONE, TOMORROW, open_session, patient
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)
ME = PatientByPhone(PHONE, patient().id_number[-4:])


def namesake() -> Patient:
    """Somebody else whose ID number ends like the first patient's."""
    ending = patient().id_number[-4:]
    for day in range(2, 29):
        first_17 = f"320100194501{day:02}{ending[:3]}"
        if check_character(first_17) == ending[3]:
            return Patient(first_17 + ending[3], "秦明月", True, PHONE)
    raise AssertionError("no such number in this month")


async def test_the_last_booking_is_the_newest_that_was_not_cancelled(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [2])
    await open_session(place.database, 2, TOMORROW + DAY, [2], doctor_id=1)
    who = patient().id_number
    assert await place.core.last_booking(who) is None
    first = await place.book(1, now=NOW)
    second = await place.book(2, now=NOW + dt.timedelta(minutes=1))
    assert await place.core.last_booking(who) == second
    await place.core.cancel(second.code, NOW + dt.timedelta(minutes=2))
    assert await place.core.last_booking(who) == first
    await place.desk.record_attendance(first.code, True, NOW + 2 * DAY)
    last = await place.core.last_booking(who)
    assert last is not None
    assert last.session.id == 1, "what is over is still the last one"
    assert await place.core.last_booking(patient(2).id_number) is None


async def test_who_booked_from_a_phone_is_known_by_it_and_the_last_four(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [2])
    assert await place.core.phone_match(*_pair(ME)) is PhoneMatch.NONE
    await place.book(1)
    assert await place.core.phone_match(f"+86{PHONE}", ME.last_four) is PhoneMatch.ONE
    assert await place.core.phone_match(PHONE, "0000") is PhoneMatch.NONE
    assert await place.core.phone_match("13900000000", ME.last_four) is PhoneMatch.NONE
    assert await place.core.phone_match("", ME.last_four) is PhoneMatch.NONE


async def test_a_booking_by_phone_is_the_patients_own(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [2])
    await open_session(place.database, 2, TOMORROW + DAY, [2])
    await place.book(1)
    held = await place.hold(2, phone=PHONE)
    booking = await place.core.confirm(held.id, ME, "key", NOW)
    assert (booking.patient_name, booking.name_unverified) == (patient().name, False)
    assert booking.id_last_four == ME.last_four
    assert len(await place.core.coming_bookings(patient().id_number, NOW)) == 2
    assert await place.core.confirm(held.id, ME, "key", NOW) == booking, "sent again"
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW)
    assert caught.value.reason is Refusal.KEY_REUSED
    assert await place.is_true()


async def test_the_rules_hold_for_who_is_known_by_phone(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [2])
    await open_session(place.database, 2, TOMORROW, [2], period="下午")
    await place.book(1)
    held = await place.hold(2)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, ME, "key", NOW)
    assert caught.value.reason is Refusal.ALREADY_BOOKED


async def test_two_who_share_phone_and_last_four_are_not_told_apart(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [3])
    await open_session(place.database, 2, TOMORROW + DAY, [3])
    await place.book(1)
    await place.book(1, namesake())
    assert await place.core.phone_match(*_pair(ME)) is PhoneMatch.SEVERAL
    held = await place.hold(2)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, ME, "key", NOW)
    assert caught.value.reason is Refusal.UNKNOWN_PATIENT
    assert await place.is_true()


async def test_a_phone_that_very_many_share_proves_nothing(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [20])
    for number in range(1, 12):
        await place.book(1, patient(number))
    assert await place.core.phone_match(*_pair(ME)) is PhoneMatch.NONE


def _pair(who: PatientByPhone) -> tuple[str, str]:
    return who.phone, who.last_four
