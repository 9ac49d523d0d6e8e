from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Hold
from tests.booking_client.clinic import (
    IN_A_WEEK,
    KEYS,
    NOW,
    PHONE,
    TOMORROW,
    open_session,
    patient,
    rules,
)
from tests.booking_client.truth import falsehoods

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


async def hold(
    core: SqlBookingCore, session_id: int = 1, phone: str = "", now: dt.datetime = NOW
) -> Hold:
    return await core.hold(session_id, channel="phone", phone=phone, now=now)


async def refusal(
    core: SqlBookingCore, session_id: int = 1, phone: str = "", now: dt.datetime = NOW
) -> Refusal:
    with pytest.raises(BookingRefused) as caught:
        await hold(core, session_id, phone, now)
    return caught.value.reason


async def true(core: SqlBookingCore) -> bool:
    async with core.database.reading() as connection:
        return await falsehoods(connection) == []


async def test_a_hold_takes_the_earliest_free_band(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [0, 1, 2])
    first, second = await hold(core), await hold(core)
    assert (first.start, first.end) == (dt.time(8, 30), dt.time(9))
    assert second.start == dt.time(9)
    assert first.expires_at == NOW + 15 * MINUTE
    assert [band.free for band in second.session.bands] == [0, 0, 1]
    assert first.id != second.id
    assert await true(core)


async def test_a_full_session_is_refused(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    await hold(core)
    assert await refusal(core) is Refusal.FULL


@pytest.mark.parametrize(
    ("date", "now", "reason"),
    [
        (NOW.date(), NOW, Refusal.TOO_LATE),
        (TOMORROW, NOW.replace(hour=16, minute=30), Refusal.TOO_LATE),
        (IN_A_WEEK + DAY, NOW, Refusal.TOO_EARLY),
        (IN_A_WEEK, NOW.replace(hour=5), Refusal.NOT_RELEASED),
    ],
)
async def test_a_date_outside_the_window_is_refused_with_the_reason(
    core: SqlBookingCore, date: dt.date, now: dt.datetime, reason: Refusal
) -> None:
    early = SqlBookingCore(core.database, KEYS, rules(release_hour="06:00"))
    await open_session(core.database, 1, date, [1])
    assert await refusal(early, now=now) is reason


async def test_a_session_that_is_not_open_or_not_there_is_refused(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [1], status="cancelled")
    await open_session(core.database, 2, TOMORROW, [1], status="closed", period="下午")
    assert await refusal(core, 1) is Refusal.SESSION_CANCELLED
    assert await refusal(core, 2) is Refusal.CLOSED
    assert await refusal(core, 3) is Refusal.UNKNOWN


async def test_a_telephone_holds_at_most_two_places(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [9])
    first = await hold(core, phone=PHONE)
    await hold(core, phone=f"+86 {PHONE}")
    assert await refusal(core, phone=PHONE) is Refusal.TOO_MANY_HOLDS
    await hold(core, phone="13900000000")
    await core.release(first.id)
    await hold(core, phone=PHONE)
    assert await refusal(core, phone=PHONE) is Refusal.TOO_MANY_HOLDS
    assert await true(core)


async def test_expired_and_confirmed_holds_do_not_count_for_the_telephone(
    core: SqlBookingCore,
) -> None:
    await open_session(core.database, 1, TOMORROW, [9])
    first = await hold(core, phone=PHONE)
    await hold(core, phone=PHONE)
    await core.confirm(first.id, patient(), "key", NOW)
    third = await hold(core, phone=PHONE, now=NOW + 10 * MINUTE)
    assert await refusal(core, phone=PHONE, now=NOW + 10 * MINUTE) is Refusal.TOO_MANY_HOLDS
    await hold(core, phone=PHONE, now=NOW + 15 * MINUTE)
    assert third.expires_at == NOW + 25 * MINUTE
    assert await true(core)


async def test_withheld_numbers_are_not_counted(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [9])
    placed = [await hold(core, phone="anonymous") for _ in range(5)]
    assert len({each.id for each in placed}) == 5
    assert await true(core)


async def test_a_lowered_limit_counts_the_holds_that_are_there(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [9])
    first = await hold(core, phone=PHONE)
    await hold(core, phone=PHONE)
    await core.release(first.id)
    strict = SqlBookingCore(core.database, KEYS, rules(live_holds_per_phone=1))
    assert await refusal(strict, phone=PHONE) is Refusal.TOO_MANY_HOLDS


async def test_an_expired_hold_gives_its_place_to_the_next_without_a_sweeper(
    core: SqlBookingCore,
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    first = await hold(core)
    assert await refusal(core, now=first.expires_at - MINUTE) is Refusal.FULL
    second = await hold(core, now=first.expires_at)
    assert second.slot_id == first.slot_id
    await core.release(first.id)  # late: the place is someone else's now
    assert await refusal(core, now=first.expires_at) is Refusal.FULL
    assert await true(core)


async def test_releasing_gives_the_place_back_once(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    held = await hold(core)
    await asyncio.gather(*(core.release(held.id) for _ in range(3)))
    await core.release("no such hold")
    await hold(core)
    assert await refusal(core) is Refusal.FULL
    assert await true(core)


async def test_a_channel_must_have_a_name(core: SqlBookingCore) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    with pytest.raises(ValueError, match="channel is empty"):
        await core.hold(1, channel="", phone="", now=NOW)
