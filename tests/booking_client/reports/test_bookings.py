from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from booking_client.model import HospitalRow, SlotRow
from booking_client.month import Month
from booking_client.reports.bookings import (
    HospitalMonth,
    SubChannelMonth,
    bookings_by_hospital,
    bookings_by_sub_channel,
)
from booking_client.sql.bulk import TakenBooking, write_bookings
from booking_client.sql.core import SqlBookingCore
from booking_client.types import BookingStatus
from tests.booking_client.clinic import (
    HOSPITAL,
    KEYS,
    NOW,
    OTHER_HOSPITAL,
    TOMORROW,
    open_second_hospital,
    open_session,
    patient,
)

DAY = dt.timedelta(days=1)
NOVEMBER = Month(2026, 11)
IN_NOVEMBER = dt.datetime(2026, 11, 3, 10)


@pytest.fixture
async def two_hospitals(core: SqlBookingCore) -> SqlBookingCore:
    """Slot 1 is the first hospital's, slot 2 the other's."""
    await open_second_hospital(core.database)
    await open_session(core.database, 1, TOMORROW, (99,))
    await open_session(core.database, 2, TOMORROW, (99,), department_id=3, campus_id=2)
    async with core.database.reading() as connection:
        assert await connection.scalar(select(func.max(SlotRow.id))) == 2
    return core


async def book(
    core: SqlBookingCore,
    slot: int,
    channel: str,
    count: int = 1,
    at: dt.datetime = IN_NOVEMBER,
    status: BookingStatus = BookingStatus.FULFILLED,
    sub_channel: str | None = None,
) -> None:
    bookings = [
        TakenBooking(
            slot,
            patient(n + 1),
            channel,
            f"{slot}/{at}/{status}/{sub_channel}/{n}",
            at,
            status,
            sub_channel,
        )
        for n in range(count)
    ]
    await write_bookings(core.database, KEYS, bookings)


async def test_hospitals_rank_by_their_bookings(two_hospitals: SqlBookingCore) -> None:
    await book(two_hospitals, 1, "phone", 2)
    await book(two_hospitals, 2, "phone", 2)
    await book(two_hospitals, 2, "third_party", 1)
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert figures.hospitals == [
        HospitalMonth(OTHER_HOSPITAL, {"phone": 2, "third_party": 1}),
        HospitalMonth(HOSPITAL, {"phone": 2}),
    ]
    assert list(figures.channels) == ["online_12320", "phone", "in_clinic", "third_party"]


async def test_equal_totals_rank_by_the_online_figure(two_hospitals: SqlBookingCore) -> None:
    await book(two_hospitals, 1, "phone", 2)
    await book(two_hospitals, 2, "phone", 1)
    await book(two_hospitals, 2, "online_12320", 1)
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert [line.hospital for line in figures.hospitals] == [OTHER_HOSPITAL, HOSPITAL]


@pytest.mark.parametrize("first", [HOSPITAL, OTHER_HOSPITAL])
async def test_what_is_equal_stays_in_the_catalogues_order(
    two_hospitals: SqlBookingCore, first: str
) -> None:
    async with two_hospitals.database.writing() as connection:
        await connection.execute(
            update(HospitalRow).where(HospitalRow.name == first).values(position=-1)
        )
    for slot in (1, 2):
        await book(two_hospitals, slot, "online_12320", 2)
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert figures.hospitals[0].hospital == first


async def test_a_booking_counts_where_it_was_taken(two_hospitals: SqlBookingCore) -> None:
    for at in (
        dt.datetime(2026, 10, 31, 23, 59, 59, 999999),
        dt.datetime(2026, 11, 1),
        dt.datetime(2026, 11, 30, 23, 59, 59, 999999),
        dt.datetime(2026, 12, 1),
    ):
        await book(two_hospitals, 1, "phone", at=at)
    for month, bookings in ((10, 1), (11, 2), (12, 1)):
        figures = await bookings_by_hospital(two_hospitals.database, Month(2026, month))
        assert [line.total for line in figures.hospitals] == [bookings]


async def test_a_booking_counts_whatever_became_of_it(two_hospitals: SqlBookingCore) -> None:
    for status in BookingStatus:
        await book(two_hospitals, 1, "phone", status=status)
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert figures.hospitals == [HospitalMonth(HOSPITAL, {"phone": len(BookingStatus)})]


async def test_a_booking_that_was_moved_counts_once_as_it_was_taken(
    two_hospitals: SqlBookingCore,
) -> None:
    """Moved to the other hospital, and then to another day there."""
    await open_session(
        two_hospitals.database, 3, TOMORROW + DAY, (1,), department_id=3, campus_id=2
    )
    hold = await two_hospitals.hold(1, channel="phone", phone="", now=NOW)
    booking = await two_hospitals.confirm(hold.id, patient(), "key", NOW, "就医160")
    await two_hospitals.move_booking(booking.code, 2, NOW)
    moved = await two_hospitals.move_booking(booking.code, 3, NOW)
    assert moved.session.hospital == OTHER_HOSPITAL
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert figures.hospitals == [HospitalMonth(HOSPITAL, {"phone": 1})]
    assert await bookings_by_sub_channel(two_hospitals.database, NOVEMBER) == [
        SubChannelMonth("就医160", 1)
    ]


async def test_another_channel_that_was_used_has_a_column(two_hospitals: SqlBookingCore) -> None:
    await book(two_hospitals, 1, "family_doctor", 3)
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert list(figures.channels)[-1] == "family_doctor"
    assert figures.channels["family_doctor"] == "社区家庭医生"


async def test_sub_channels_count_over_all_channels(two_hospitals: SqlBookingCore) -> None:
    await book(two_hospitals, 1, "online_12320", 1, sub_channel="就医160")
    await book(two_hospitals, 2, "phone", 1, sub_channel="就医160")
    await book(two_hospitals, 2, "third_party", 3, sub_channel="电信百号")
    await book(two_hospitals, 2, "online_12320", 5)
    assert await bookings_by_sub_channel(two_hospitals.database, NOVEMBER) == [
        SubChannelMonth("电信百号", 3),
        SubChannelMonth("就医160", 2),
    ]


async def test_equal_sub_channels_are_in_the_bulletins_order(two_hospitals: SqlBookingCore) -> None:
    await book(two_hospitals, 1, "third_party", 1, sub_channel="电信百号")
    await book(two_hospitals, 1, "third_party", 1, sub_channel="健康南京客户端")
    found = await bookings_by_sub_channel(two_hospitals.database, NOVEMBER)
    assert [line.sub_channel for line in found] == ["健康南京客户端", "电信百号"]


async def test_an_empty_month_is_empty(two_hospitals: SqlBookingCore) -> None:
    figures = await bookings_by_hospital(two_hospitals.database, NOVEMBER)
    assert list(figures.hospitals) == []
    assert await bookings_by_sub_channel(two_hospitals.database, NOVEMBER) == []
