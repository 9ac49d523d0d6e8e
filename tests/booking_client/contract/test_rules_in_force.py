from __future__ import annotations

import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import SessionQuery
from datafiles import DataFileError
from tests.booking_client.clinic import (
    HEART,
    HOSPITAL,
    NOW,
    OTHER_HOSPITAL,
    TOMORROW,
    open_session,
    patient,
)
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)


async def test_a_hospitals_rules_differ_from_the_default(place: Place) -> None:
    await place.use_rules({OTHER_HOSPITAL: {"last_day": 14}})
    assert (await place.core.booking_window(OTHER_HOSPITAL, NOW))[1] == NOW.date() + 14 * DAY
    assert (await place.core.booking_window(HOSPITAL, NOW))[1] == NOW.date() + 7 * DAY


async def test_importing_the_same_again_changes_nothing(place: Place) -> None:
    assert await place.use_rules(last_day=10)
    assert not await place.use_rules(last_day=10)


async def test_a_dated_rule_begins_on_its_day(place: Place) -> None:
    text = place.rules_file.read_text(encoding="utf-8")
    later = "  - valid_from: 2026-11-26\n    last_day: 3\n"
    text = text.replace("hospitals: {}", f"hospitals:\n  {HOSPITAL}:\n{later}")
    place.rules_file.write_text(text, encoding="utf-8")
    await place.desk.import_rules(place.rules_file, NOW)
    for days, last in ((1, 7), (2, 3)):
        now = NOW + days * DAY
        assert (await place.core.booking_window(HOSPITAL, now))[1] == now.date() + last * DAY


async def test_a_hold_that_new_rules_no_longer_allow_says_so(place: Place) -> None:
    await open_session(place.database, 1, NOW.date() + 7 * DAY, [5])
    held = await place.hold(1)
    await place.use_rules(last_day=3)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW)
    assert caught.value.reason is Refusal.RULE_CHANGED
    await place.use_rules(last_day=14)
    await place.core.confirm(held.id, patient(), "key", NOW)


async def test_what_the_callers_own_slowness_loses_is_not_blamed_on_new_rules(
    place: Place,
) -> None:
    await open_session(place.database, 1, TOMORROW, [5])
    held = await place.hold(1, NOW.replace(hour=16, minute=25))
    await place.use_rules(last_day=14)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW.replace(hour=16, minute=35))
    assert caught.value.reason is Refusal.TOO_LATE


@pytest.mark.parametrize(
    ("hospitals", "field", "problem"),
    [
        ({"城南医院": {"last_day": 3}}, "hospitals.城南医院", "no such hospital"),
        ({HOSPITAL: {"channels": {"pigeon": {}}}}, f"hospitals.{HOSPITAL}.0", "no channel pigeon"),
        ({HOSPITAL: {"last_day": 0}}, f"hospitals.{HOSPITAL}.0", "before first_day"),
        ({HOSPITAL: {"hold_minutes": "ten"}}, f"hospitals.{HOSPITAL}.0.hold_minutes", "integer"),
    ],
)
async def test_a_wrong_file_changes_nothing_and_names_its_line(
    place: Place, hospitals: dict[str, dict[str, object]], field: str, problem: str
) -> None:
    before = await place.core.booking_window(HOSPITAL, NOW)
    with pytest.raises(DataFileError, match=problem) as caught:
        await place.use_rules(hospitals, last_day=30)
    assert caught.value.field.startswith(field)
    named = place.rules_file.read_text(encoding="utf-8").splitlines()[caught.value.line - 1]
    assert named.strip()
    assert await place.core.booking_window(HOSPITAL, NOW) == before


async def test_a_hospital_may_close_on_public_holidays(place: Place) -> None:
    await place.use_rules({HOSPITAL: {"closed_on_holidays": True}})
    eve, holiday = dt.datetime(2026, 9, 30, 9), dt.date(2026, 10, 1)  # 国庆节
    await open_session(place.database, 1, holiday, [5])
    await open_session(place.database, 2, holiday, [5], department_id=3, campus_id=2)
    assert await place.refusal_to_book(1, now=eve) is Refusal.CLOSED
    query = SessionQuery(HOSPITAL, HEART, holiday, holiday)
    assert await place.core.find_sessions(query, eve) == []
    await place.book(2, now=eve)


async def test_a_patient_has_only_so_many_bookings_for_one_day(place: Place) -> None:
    await place.use_rules(bookings_per_day=2)
    for session_id, department in ((1, 1), (2, 2), (3, 3)):
        await open_session(place.database, session_id, TOMORROW, [5], department_id=department)
    booking = await place.book(1)
    await place.book(2)
    assert await place.refusal_to_book(3) is Refusal.DAY_LIMIT
    assert await place.refusal_to_book(1) is Refusal.ALREADY_BOOKED
    await place.book(3, patient(2))
    await place.core.cancel(booking.code, NOW)
    await place.book(3)
    assert await place.is_true()
