from __future__ import annotations

import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.types import SessionQuery
from tests.booking_client.clinic import HEART, HOSPITAL, NOW, TOMORROW, open_session, patient
from tests.booking_client.contract.place import Place

DAY = dt.timedelta(days=1)
IN_TEN_DAYS = NOW.date() + 10 * DAY
EXPERTS_EARLY = {"family_doctor": {"expert_last_day": 14}}
ANY = SessionQuery(HOSPITAL, HEART, dt.date.min, dt.date.max, channel="family_doctor")


async def test_family_doctors_see_experts_two_weeks_ahead_and_the_public_one(place: Place) -> None:
    await place.use_rules(channels=EXPERTS_EARLY)
    await open_session(place.database, 1, IN_TEN_DAYS, [2], doctor_id=1)
    await open_session(place.database, 2, IN_TEN_DAYS, [2])
    assert [s.id for s in await place.core.find_sessions(ANY, NOW)] == [1]
    assert await place.core.booking_window(HOSPITAL, NOW, "family_doctor") == (
        TOMORROW,
        NOW.date() + 14 * DAY,
    )
    assert await place.core.booking_window(HOSPITAL, NOW) == (TOMORROW, NOW.date() + 7 * DAY)
    await place.book(1, channel="family_doctor")
    assert await place.refusal_to_book(2, channel="family_doctor") is Refusal.TOO_EARLY
    assert await place.refusal_to_book(1, patient(2)) is Refusal.TOO_EARLY


async def test_a_channel_may_be_released_at_an_hour_of_its_own(place: Place) -> None:
    await place.use_rules(release_hour="06:00", channels={"third_party": {"release_hour": "08:00"}})
    await open_session(place.database, 1, NOW.date() + 7 * DAY, [2])
    at_seven = NOW.replace(hour=7)
    assert await place.refusal_to_book(1, now=at_seven, channel="third_party") is (
        Refusal.NOT_RELEASED
    )
    await place.book(1, now=at_seven)


async def test_a_channels_quota_ends_before_the_sessions_places(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [1, 5])
    await place.desk.set_quota(1, "third_party", 2)
    query = SessionQuery(HOSPITAL, HEART, TOMORROW, TOMORROW, channel="third_party")
    (session,) = await place.core.find_sessions(query, NOW)
    assert [band.free for band in session.bands] == [1, 1]
    booking = await place.book(1, channel="third_party")
    await place.hold(1, channel="third_party")
    assert await place.refusal_to_book(1, patient(2), channel="third_party") is Refusal.FULL
    assert await place.core.find_sessions(query, NOW) == []
    await place.book(1, patient(3))
    await place.core.cancel(booking.code, NOW)
    await place.book(1, patient(2), channel="third_party")
    assert await place.is_true()


async def test_a_quota_of_the_rules_holds_for_every_session_unless_one_has_its_own(
    place: Place,
) -> None:
    await place.use_rules(channels={"online_12320": {"places_per_session": 1}})
    await open_session(place.database, 1, TOMORROW, [5])
    await open_session(place.database, 2, TOMORROW, [5], period="下午")
    await place.desk.set_quota(2, "online_12320", 3)
    await place.hold(1, channel="online_12320")
    assert await place.refusal_to_book(1, channel="online_12320") is Refusal.FULL
    for _ in range(3):
        await place.hold(2, channel="online_12320")
    assert await place.refusal_to_book(2, channel="online_12320") is Refusal.FULL


async def test_an_expired_hold_gives_its_part_of_the_quota_back(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [5])
    await place.desk.set_quota(1, "phone", 1)
    held = await place.hold(1)
    booking = await place.book(1, now=held.expires_at)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(2), "late", held.expires_at)
    assert caught.value.reason is Refusal.HOLD_EXPIRED
    await place.core.cancel(booking.code, held.expires_at)
    await place.core.confirm(held.id, patient(2), "late", held.expires_at)
    assert await place.is_true()


async def test_a_quota_cannot_be_less_than_what_is_taken(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [5])
    await place.desk.set_quota(1, "phone", 2)
    await place.hold(1)
    await place.hold(1)
    with pytest.raises(BookingRefused) as caught:
        await place.desk.set_quota(1, "phone", 1)
    assert caught.value.reason is Refusal.FULL


@pytest.mark.parametrize(("session_id", "channel"), [(9, "phone"), (1, "carrier pigeon")])
async def test_an_unknown_session_or_channel_is_refused(
    place: Place, session_id: int, channel: str
) -> None:
    await open_session(place.database, 1, TOMORROW, [5])
    for operation in (
        place.hold(session_id, channel=channel),
        place.desk.set_quota(session_id, channel, 1),
    ):
        with pytest.raises(BookingRefused) as caught:
            await operation
        assert caught.value.reason is Refusal.UNKNOWN


async def test_a_booking_may_carry_a_sub_channel(place: Place) -> None:
    await open_session(place.database, 1, TOMORROW, [5])
    held = await place.hold(1)
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW, sub_channel="信鸽")
    assert caught.value.reason is Refusal.UNKNOWN
    booking = await place.core.confirm(held.id, patient(), "key", NOW, sub_channel="就医160")
    assert booking.sub_channel == "就医160"
    with pytest.raises(BookingRefused) as caught:
        await place.core.confirm(held.id, patient(), "key", NOW, sub_channel="电信百号")
    assert caught.value.reason is Refusal.KEY_REUSED
