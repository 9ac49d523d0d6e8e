"""A booking moves to another session, as after 停诊."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import BookingStatus
from tests.booking_client.clinic import NOW, TOMORROW, open_session, patient
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)


async def refusal_to_move(place: Place, code: str, session_id: int) -> Refusal:
    with pytest.raises(BookingRefused) as caught:
        await place.core.move_booking(code, session_id, NOW)
    return caught.value.reason


async def test_after_a_cancelled_session_each_booking_moves_to_its_replacement(
    place: Place,
) -> None:
    await open_session(place.database, 1, TOMORROW, [2], doctor_id=1)
    await open_session(place.database, 2, TOMORROW + DAY, [1], doctor_id=1)
    first, second = await place.book(1), await place.book(1, patient(2))
    affected = await place.desk.cancel_session(1, NOW, "医生外出")
    nearest = affected[0].replacements[0].session
    assert nearest.id == 2
    moved = await place.core.move_booking(first.code, nearest.id, NOW)
    assert moved.session.id == 2
    assert moved.code == first.code, "the code that the patient wrote down still leads there"
    assert (moved.patient_name, moved.id_last_four, moved.channel) == (
        first.patient_name,
        first.id_last_four,
        first.channel,
    )
    assert await place.core.booking_by_code(first.code) == moved
    assert [b.session.id for b in await place.core.coming_bookings(patient().id_number, NOW)] == [2]
    left = await place.desk.cancel_session(1, NOW)
    assert [each.booking.code for each in left] == [second.code]
    assert await refusal_to_move(place, second.code, 2) is Refusal.FULL
    kept = await place.core.booking_by_code(second.code)
    assert kept is not None
    assert (kept.session.id, kept.status) == (1, BookingStatus.BOOKED)
    assert await place.is_true()


async def test_the_same_move_again_finds_the_moved_booking(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1])
    await open_session(place.database, 2, TOMORROW, [5], period="下午")
    booking = await place.book(1)
    moves = (place.core.move_booking(booking.code, 2, NOW) for _ in range(4))
    found = await asyncio.gather(*moves)
    assert {each.id for each in found} == {found[0].id}
    assert found[0].session.id == 2
    assert await place.is_true()


async def test_two_bookings_that_change_places_do_not_block_each_other(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [2])
    await open_session(place.database, 2, TOMORROW + DAY, [2])
    one, other = await place.book(1), await place.book(2, patient(2))
    await asyncio.gather(
        place.core.move_booking(one.code, 2, NOW), place.core.move_booking(other.code, 1, NOW)
    )
    assert await place.is_true()


async def test_a_place_that_an_expired_hold_still_has_is_found(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1])
    await open_session(place.database, 2, TOMORROW + DAY, [1])
    booking = await place.book(1)
    await place.hold(2, NOW - dt.timedelta(hours=1))
    assert (await place.core.move_booking(booking.code, 2, NOW)).session.id == 2
    assert await place.is_true()


async def test_what_cannot_be_moved_is_said_and_stays(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1])
    await open_session(place.database, 2, TOMORROW + DAY, [2])
    await open_session(place.database, 3, TOMORROW + DAY, [2], period="下午")
    booking = await place.book(1)
    assert await refusal_to_move(place, "00000000", 2) is Refusal.UNKNOWN
    assert await refusal_to_move(place, booking.code, 99) is Refusal.UNKNOWN
    await place.desk.cancel_session(2, NOW)
    assert await refusal_to_move(place, booking.code, 2) is Refusal.SESSION_CANCELLED
    beside = await place.book(3)
    assert await refusal_to_move(place, booking.code, 3) is Refusal.ALREADY_BOOKED
    await place.core.cancel(beside.code, NOW)
    assert await refusal_to_move(place, beside.code, 1) is Refusal.CLOSED
    assert await place.core.booking_by_code(booking.code) == booking
    assert await place.is_true()
