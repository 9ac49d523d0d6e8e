from __future__ import annotations

import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import BookingStatus
from tests.booking_client.clinic import HOSPITAL, NOW, TOMORROW, open_session, patient
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)
RULE = {"limit": 2, "within_days": 183, "bar_days": 30}


async def open_every_day(place: Place, days: int) -> None:
    """Session 1 is tomorrow's, 2 the next day's, ..., 101, ... of the other hospital."""
    for day in range(1, days + 1):
        date = NOW.date() + day * DAY
        await open_session(place.database, day, date, [5])
        await open_session(place.database, 100 + day, date, [5], department_id=3, campus_id=2)


async def miss(place: Place, session_id: int) -> bool:
    """Book and do not come; whether that bars."""
    day = NOW + (session_id % 100) * DAY
    booking = await place.book(session_id, now=day - DAY)
    return await place.desk.record_attendance(booking.code, False, day)


async def test_two_no_shows_bar_the_patient_there_for_a_month(place: Place) -> None:
    await place.use_rules(no_shows=RULE)
    await open_every_day(place, 35)
    assert not await miss(place, 1)
    assert not await miss(place, 102)
    assert await miss(place, 3)
    barred_until = NOW + 33 * DAY
    assert await place.refusal_to_book(4, now=NOW + 3 * DAY) is Refusal.BARRED
    assert await place.refusal_to_book(35, now=barred_until) is Refusal.BARRED
    await place.book(4, patient(2), now=NOW + 3 * DAY)
    await place.book(104, now=NOW + 3 * DAY)
    await place.book(35, now=barred_until + DAY)


async def test_a_bar_may_hold_everywhere(place: Place) -> None:
    await place.use_rules(no_shows={**RULE, "everywhere": True})
    await open_every_day(place, 3)
    assert not await miss(place, 1)
    assert await miss(place, 102)
    assert await place.refusal_to_book(3, now=NOW + 2 * DAY) is Refusal.BARRED


async def test_a_hold_of_a_barred_patient_does_not_become_a_booking(place: Place) -> None:
    await place.use_rules(no_shows={**RULE, "limit": 1})
    await open_every_day(place, 2)
    held = await place.hold(2)
    await miss(place, 1)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW + DAY)
    assert caught.value.reason is Refusal.BARRED


async def test_a_bar_can_be_lifted_and_what_was_paid_for_does_not_count_again(
    place: Place,
) -> None:
    await place.use_rules(no_shows=RULE)
    await open_every_day(place, 6)
    await miss(place, 1)
    assert await miss(place, 2)
    assert await place.desk.lift_bars(patient().id_number, NOW + 2 * DAY) == 1
    assert not await miss(place, 3)
    assert await miss(place, 4)


async def test_the_desk_bars_by_hand(place: Place) -> None:
    await open_every_day(place, 1)
    with pytest.raises(BookingRefused) as caught:
        await place.desk.bar(patient().id_number, NOW.date(), TOMORROW)
    assert caught.value.reason is Refusal.UNKNOWN_PATIENT
    booking = await place.book(1)
    await place.core.cancel(booking.code, NOW)
    await place.desk.bar(patient().id_number, NOW.date(), TOMORROW, HOSPITAL)
    assert await place.refusal_to_book(1) is Refusal.BARRED
    await place.book(101)


async def test_attendance_closes_a_booking_once(place: Place) -> None:
    await open_every_day(place, 1)
    booking = await place.book(1)
    with pytest.raises(BookingRefused) as caught:
        await place.desk.record_attendance(booking.code, True, NOW)
    assert caught.value.reason is Refusal.TOO_EARLY
    for _ in range(2):
        assert not await place.desk.record_attendance(booking.code, True, NOW + DAY)
    found = await place.core.booking_by_code(booking.code)
    assert found is not None
    assert found.status is BookingStatus.FULFILLED
    for code, reason in ((booking.code, Refusal.CLOSED), ("20202028", Refusal.UNKNOWN)):
        with pytest.raises(BookingRefused) as caught:
            await place.desk.record_attendance(code, False, NOW + DAY)
        assert caught.value.reason is reason
    assert await place.is_true()
