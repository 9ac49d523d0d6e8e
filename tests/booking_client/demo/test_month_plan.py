from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from booking_client.demo.bulletin import load_bulletin
from booking_client.demo.month_plan import MORNING_BANDS, MonthPlan, invented_patient
from booking_client.demo.names import load_name_parts
from booking_client.id_number import is_valid_id_number
from booking_client.work_calendar import load_calendar
from tests.booking_client.demo.small_month import MONTH, write_small_bulletin

CALENDAR = load_calendar()


@pytest.fixture
def plan(tmp_path: Path) -> MonthPlan:
    return small_plan(tmp_path)


def small_plan(folder: Path, scale: int = 1, seed: str = "1") -> MonthPlan:
    bulletin = write_small_bulletin(folder)
    departments = {line.hospital: [7, 8, 9] for line in bulletin.hospitals}
    return MonthPlan(bulletin, departments, CALENDAR, scale=scale, seed=seed)


def test_the_same_seed_gives_the_same_month(tmp_path: Path) -> None:
    first, again, other = (list(small_plan(tmp_path, seed=s).bookings()) for s in ("1", "1", "2"))
    assert first == again
    assert first != other


@pytest.mark.parametrize("scale", [1, 3])
def test_channels_and_labels_are_the_bulletins(tmp_path: Path, scale: int) -> None:
    plan = small_plan(tmp_path, scale)
    bulletin = load_bulletin(MONTH, tmp_path)
    bookings = list(plan.bookings())
    assert len(bookings) == plan.total == scale * bulletin.total
    labels = Counter(booking.sub_channel for booking in bookings if booking.sub_channel)
    assert labels == {line.subchannel: scale * line.bookings for line in bulletin.sub_channels}
    # A label is not a part of one channel.
    biggest = bulletin.sub_channels[0].subchannel
    assert len({b.channel for b in bookings if b.sub_channel == biggest}) > 1


def test_bookings_are_taken_in_the_month_for_clinic_hours_to_come(plan: MonthPlan) -> None:
    for booking in plan.bookings():
        assert booking.taken_at.date() in MONTH.days()
        ahead = booking.place.date - booking.taken_at.date()
        assert dt.timedelta(days=1) <= ahead <= dt.timedelta(days=7)
        if not CALENDAR.has_weekday_clinics(booking.place.date):
            assert booking.place.band < MORNING_BANDS


def test_a_patient_never_books_twice_at_a_hospital(tmp_path: Path) -> None:
    bookings = small_plan(tmp_path).bookings()
    for line in load_bulletin(MONTH, tmp_path).hospitals:
        patients = [booking.patient for booking in islice(bookings, line.total)]
        assert len(set(patients)) == line.total


def test_places_count_every_booking(plan: MonthPlan) -> None:
    assert plan.places().total() == plan.total


def test_invented_people_are_valid_and_nobody() -> None:
    parts = load_name_parts()
    numbers = [*range(200), *range(34_999, 36_000), 2_800_000, 34_999_999]
    people = [invented_patient(number, parts) for number in numbers]
    assert len({person.id_number for person in people}) == len(people)
    assert len({person.phone for person in people}) == len(people)
    for person in people:
        assert is_valid_id_number(person.id_number, MONTH.first)
        assert person.id_number.startswith("320100")  # 00 is no county
        assert person.phone.startswith("12")  # no mobile number does
        assert len(person.phone) == 11
        assert len(person.name) == 3
    assert len({person.name for person in people}) > len(people) / 2


def test_a_few_are_cancelled(plan: MonthPlan) -> None:
    cancelled = sum(booking.cancelled for booking in islice(plan.bookings(), 1000))
    assert 0 < cancelled < 100
