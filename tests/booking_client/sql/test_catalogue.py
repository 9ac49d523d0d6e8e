from __future__ import annotations

import pytest

from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Department, Doctor, Hospital
from tests.booking_client.clinic import BONES, HEART, HOSPITAL, NOW


async def test_what_there_is_to_book(core: SqlBookingCore) -> None:
    assert await core.hospitals() == [Hospital(HOSPITAL, ("城东",), "玄武区", "三级", ("本部",))]
    assert await core.departments(HOSPITAL) == [
        Department(HOSPITAL, HEART, "内科"),
        Department(HOSPITAL, BONES, "外科"),
    ]
    everyone = [Doctor(HOSPITAL, HEART, "秦明月", "主任医师")]
    assert await core.doctors(HOSPITAL) == everyone
    assert await core.doctors(HOSPITAL, HEART) == everyone
    assert await core.doctors(HOSPITAL, BONES) == []


async def test_a_name_that_is_not_in_the_catalogue_is_refused(core: SqlBookingCore) -> None:
    for asking in (
        core.departments("城西医院"),
        core.doctors("城西医院"),
        core.doctors(HOSPITAL, "占星科"),
        core.booking_window("城西医院", NOW),
    ):
        with pytest.raises(BookingRefused) as caught:
            await asking
        assert caught.value.reason is Refusal.UNKNOWN
