"""The operators' hours as an editor writes them."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from dialogs.opening_hours import Band, OpeningHours

WORKDAYS = OpeningHours(bands=(Band(days=(1, 2, 3, 4, 5), opens="08:00", closes="17:30"),))
TUESDAY = dt.datetime(2026, 11, 24, 9, 0)


def test_without_bands_they_are_always_there() -> None:
    night = TUESDAY.replace(hour=3)
    assert OpeningHours().open_at(night)
    assert OpeningHours().next_open(night) == night


@pytest.mark.parametrize(
    ("clock", "there"), [("07:59", False), ("08:00", True), ("17:29", True), ("17:30", False)]
)
def test_they_come_at_the_first_minute_and_go_at_the_last(clock: str, there: bool) -> None:
    assert WORKDAYS.open_at(dt.datetime.combine(TUESDAY, dt.time.fromisoformat(clock))) is there


def test_after_closing_they_are_next_there_on_the_next_working_day() -> None:
    friday_evening = dt.datetime(2026, 11, 27, 20, 0)
    assert WORKDAYS.next_open(friday_evening) == dt.datetime(2026, 11, 30, 8, 0)
    assert WORKDAYS.next_open(TUESDAY.replace(hour=7)) == TUESDAY.replace(hour=8)


def test_a_band_may_end_at_midnight() -> None:
    late = OpeningHours(bands=(Band(opens="08:00", closes="24:00"),))
    assert late.open_at(TUESDAY.replace(hour=23, minute=59))
    assert not late.open_at(TUESDAY.replace(hour=0))


@pytest.mark.parametrize(
    "band",
    [
        {"opens": "17:00", "closes": "08:00"},
        {"opens": "8:00", "closes": "17:00"},
        {"opens": "08:00", "closes": "24:30"},
        {"opens": "08:00", "closes": "17:00", "days": [0]},
    ],
)
def test_hours_that_make_no_sense_are_refused(band: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Band.model_validate(band)
