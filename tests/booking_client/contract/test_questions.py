from __future__ import annotations

import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import Alternative, Nearness, SessionQuery
from tests.booking_client.clinic import (
    HEART,
    HOSPITAL,
    NOW,
    TOMORROW,
    open_session,
    patient,
)
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)
THURSDAY = TOMORROW + DAY


async def test_the_earliest_place_of_a_department(place: Place) -> None:
    await open_session(place.database, 1, THURSDAY, [1])
    await open_session(place.database, 2, TOMORROW, [0, 0])
    await open_session(place.database, 3, TOMORROW, [0, 1], period="下午")
    query = SessionQuery(HOSPITAL, HEART, dt.date.min, dt.date.max, limit=1)
    (earliest,) = await place.core.find_sessions(query, NOW)
    assert earliest.id == 3


async def test_which_doctors_sit_on_a_day_full_or_not(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [3])
    await open_session(place.database, 2, TOMORROW, [0], doctor_id=1)
    await open_session(place.database, 3, TOMORROW, [2], doctor_id=2, period="下午")
    await open_session(place.database, 4, THURSDAY, [2], doctor_id=2)
    found = await place.core.doctors_on(HOSPITAL, HEART, TOMORROW, NOW)
    assert [(s.doctor, s.period, s.free) for s in found] == [
        ("秦明月", "上午", 0),
        ("周安", "下午", 2),
    ]
    doctors = await place.core.doctors(HOSPITAL, HEART)
    assert [(d.name, d.expertise) for d in doctors] == [("秦明月", ""), ("周安", "心律失常")]


def near(alternatives: object) -> list[tuple[Nearness, int]]:
    assert isinstance(alternatives, list)
    assert all(isinstance(each, Alternative) for each in alternatives)
    return [(each.nearness, each.session.id) for each in alternatives]


async def wished_and_full(place: Place) -> None:
    """Session 1: Thursday morning with the first doctor, one place, taken."""
    await open_session(place.database, 1, THURSDAY, [1], doctor_id=1)
    await place.book(1, patient(9))


async def test_the_nearest_three_when_the_wish_is_full(place: Place) -> None:
    await wished_and_full(place)
    await open_session(place.database, 2, THURSDAY + 2 * DAY, [1], doctor_id=1)
    await open_session(place.database, 3, THURSDAY - DAY, [1], doctor_id=1)
    await open_session(place.database, 4, THURSDAY, [1], doctor_id=2, period="下午")
    await open_session(place.database, 5, THURSDAY, [1])
    await open_session(place.database, 6, THURSDAY + DAY, [1], department_id=3, campus_id=2)
    expected = [
        (Nearness.SAME_DOCTOR, 3),
        (Nearness.SAME_DAY, 4),
        (Nearness.SAME_DEPARTMENT, 6),
    ]
    assert near(await place.core.alternatives(1, NOW)) == expected
    with pytest.raises(BookingRefused) as caught:
        await place.hold(1)
    assert caught.value.reason is Refusal.FULL
    assert near(caught.value.alternatives) == expected


async def test_an_alternative_can_be_booked(place: Place) -> None:
    """Neither full, nor outside another hospital's own window, nor of a cancelled session."""
    await place.use_rules({"城西医院": {"last_day": 1}})
    await wished_and_full(place)
    await open_session(place.database, 2, THURSDAY + DAY, [0], doctor_id=1)
    await open_session(place.database, 3, THURSDAY + 9 * DAY, [1], doctor_id=1)
    await open_session(place.database, 4, THURSDAY, [1], doctor_id=2, status="cancelled")
    await open_session(place.database, 5, THURSDAY, [1], department_id=3, campus_id=2)
    assert near(await place.core.alternatives(1, NOW)) == []
    await open_session(
        place.database, 6, TOMORROW, [1], department_id=3, campus_id=2, period="下午"
    )
    assert near(await place.core.alternatives(1, NOW)) == [(Nearness.SAME_DEPARTMENT, 6)]


async def test_an_ordinary_clinics_alternatives(place: Place) -> None:
    await open_session(place.database, 1, THURSDAY, [0])
    await open_session(place.database, 2, THURSDAY, [1], period="下午")
    await open_session(place.database, 3, THURSDAY, [1], doctor_id=1)
    assert near(await place.core.alternatives(1, NOW)) == [
        (Nearness.SAME_DOCTOR, 2),
        (Nearness.SAME_DAY, 3),
    ]


async def test_a_channels_alternatives_are_what_its_quota_leaves(place: Place) -> None:
    await wished_and_full(place)
    await open_session(place.database, 2, THURSDAY + DAY, [1], doctor_id=1)
    await place.desk.set_quota(2, "third_party", 0)
    assert near(await place.core.alternatives(1, NOW, "third_party")) == []
    assert near(await place.core.alternatives(1, NOW, "phone")) == [(Nearness.SAME_DOCTOR, 2)]


async def test_an_unknown_session_has_no_alternatives(place: Place) -> None:
    with pytest.raises(BookingRefused) as caught:
        await place.core.alternatives(1, NOW)
    assert caught.value.reason is Refusal.UNKNOWN


async def test_a_patients_coming_bookings(place: Place) -> None:
    await open_session(place.database, 1, THURSDAY, [5])
    await open_session(place.database, 2, TOMORROW, [5])
    await open_session(place.database, 3, TOMORROW, [5], department_id=2)
    await place.book(1)
    await place.book(2)
    cancelled = await place.book(3)
    await place.core.cancel(cancelled.code, NOW)
    await place.book(2, patient(2))
    who = patient().id_number
    assert [b.session.id for b in await place.core.coming_bookings(who, NOW)] == [2, 1]
    during = dt.datetime.combine(TOMORROW, dt.time(8, 15))
    assert [b.session.id for b in await place.core.coming_bookings(who, during)] == [2, 1]
    after = dt.datetime.combine(TOMORROW, dt.time(8, 30))
    assert [b.session.id for b in await place.core.coming_bookings(who, after)] == [1]
    assert await place.core.coming_bookings(patient(3).id_number, NOW) == []


async def test_whom_nothing_keeps_may_book(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1])
    assert await place.core.may_book(patient().id_number, 1, NOW) is None
    assert await place.core.may_book("320100194501010010", 1, NOW) is Refusal.UNKNOWN_PATIENT
    await place.hold(1)
    assert await place.core.may_book(patient().id_number, 1, NOW) is Refusal.FULL


async def test_a_band_may_be_chosen(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1, 1])
    query = SessionQuery(HOSPITAL, HEART, TOMORROW, TOMORROW)
    (session,) = await place.core.find_sessions(query, NOW)
    second = session.bands[1]
    held = await place.core.hold(1, channel="phone", phone="", now=NOW, slot_id=second.id)
    assert held.start == second.start
    with pytest.raises(BookingRefused) as caught:
        await place.core.hold(1, channel="phone", phone="", now=NOW, slot_id=second.id)
    assert caught.value.reason is Refusal.FULL


async def test_a_cancelled_session_finds_its_bookings_and_what_is_nearest(place: Place) -> None:
    await open_session(place.database, 1, THURSDAY, [1, 1], doctor_id=1)
    await open_session(place.database, 2, THURSDAY + DAY, [5], doctor_id=1)
    first, second = await place.book(1), await place.book(1, patient(2))
    held = await place.hold(2)
    affected = await place.desk.cancel_session(1, NOW, "医生外出")
    assert [each.booking.code for each in affected] == [first.code, second.code]
    assert near(list(affected[0].replacements)) == [(Nearness.SAME_DOCTOR, 2)]
    assert await place.refusal_to_book(1, patient(3)) is Refusal.SESSION_CANCELLED
    await place.core.confirm(held.id, patient(), "moved", NOW)
    await place.core.cancel(first.code, NOW)
    left = await place.desk.cancel_session(1, NOW)
    assert [each.booking.code for each in left] == [second.code]
    assert await place.is_true()


async def test_a_cancelled_sessions_booking_has_no_deadline_but_its_time(place: Place) -> None:
    until = {"上午": "07:00", "下午": "12:00", "晚上": "16:00"}
    await place.use_rules(cancel_until=until)
    await open_session(place.database, 1, TOMORROW, [2])
    booking = await place.book(1)
    late = dt.datetime.combine(TOMORROW, dt.time(7, 30))
    with pytest.raises(BookingRefused) as caught:
        await place.core.cancel(booking.code, late)
    assert caught.value.reason is Refusal.TOO_LATE
    await place.desk.cancel_session(1, late)
    await place.core.cancel(booking.code, late)


async def test_an_unknown_session_cannot_be_cancelled(place: Place) -> None:
    with pytest.raises(BookingRefused) as caught:
        await place.desk.cancel_session(1, NOW)
    assert caught.value.reason is Refusal.UNKNOWN
