"""A month of invented bookings with the figures of a bulletin. Pure: the same for the same seed.

Which booking is whose, where and when is drawn; how many there are by hospital
and channel, and by sub-channel, is the bulletin's. A booking is for one of the
seven days after it was taken; a few are cancelled again, which the bulletin
counts all the same. Weekends and holidays have clinics in the morning only.
"""

from __future__ import annotations

import datetime as dt
import random
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from booking_client.demo.bulletin import CHANNELS, Bulletin
from booking_client.demo.names import NameParts
from booking_client.id_number import check_character
from booking_client.types import Patient
from booking_client.work_calendar import WorkCalendar

MORNING_BANDS, BANDS = 7, 13  # of a weekday; 08:00 to 11:30 and 13:30 to 16:30
_DAYS_AHEAD = 7
_OPENS, _CLOSES = 7 * 3600, 22 * 3600  # second of the day between which bookings are taken
_CANCELLED = 0.04
# Labels are things of the net; the bulletin says no more of where its sub-channels belong.
_LABELLED = ("online_12320", "third_party")
_BOOKINGS_A_PATIENT = 1.4
# Birth dates: 1925-01-01 and the 35,000 days after it. 7,919 is prime, so every day comes up.
_BORN, _BIRTHDAYS, _STEP = dt.date(1925, 1, 1), 35_000, 7_919


@dataclass(frozen=True, slots=True)
class Place:
    """A band of a department's ordinary clinic; bands 0 to 6 are the morning's."""

    department_id: int
    date: dt.date
    band: int


@dataclass(frozen=True, slots=True)
class PlannedBooking:
    """One booking to be; `number` counts from 0 over the whole month."""

    number: int
    place: Place
    channel: str
    sub_channel: str | None
    patient: int
    taken_at: dt.datetime
    cancelled: bool


class MonthPlan:
    """`scale` times the bookings of `bulletin`. Walked twice: for the places, then for the rows."""

    def __init__(
        self,
        bulletin: Bulletin,
        departments: Mapping[str, Sequence[int]],
        calendar: WorkCalendar,
        *,
        scale: int = 1,
        seed: str,
    ) -> None:
        """`departments`: the ids of each hospital's departments, never none."""
        self._bulletin = bulletin
        self._departments = departments
        self._scale = scale
        self._seed = f"{seed}/{bulletin.month}"
        days = bulletin.month.days()
        self._midnights = [dt.datetime.combine(day, dt.time()) for day in days]
        self._wishes = [_bands_after(day, calendar) for day in days]
        # A patient books once at a hospital, so never twice for one department and day.
        self.patients = max(
            int(bulletin.total * scale / _BOOKINGS_A_PATIENT),
            *(line.total * scale for line in bulletin.hospitals),
            1,
        )

    @property
    def total(self) -> int:
        return self._bulletin.total * self._scale

    def places(self) -> Counter[Place]:
        """How many bookings want each place, the cancelled ones too."""
        return Counter(booking.place for booking in self.bookings())

    def bookings(self) -> Iterator[PlannedBooking]:
        labels = self._labels()
        number = 0
        for line in self._bulletin.hospitals:
            chance = random.Random(f"{self._seed}/{line.hospital}").random
            departments = self._departments[line.hospital]
            for channel, count in line.by_channel.items():
                labelled = channel in self._labelled
                for _ in range(count * self._scale):
                    day = int(chance() * len(self._midnights))
                    date, band = self._wishes[day][int(chance() * len(self._wishes[day]))]
                    # The first departments of the list are the ones most wanted.
                    department = departments[int(chance() ** 2 * len(departments))]
                    second = _OPENS + int(chance() * (_CLOSES - _OPENS))
                    yield PlannedBooking(
                        number,
                        Place(department, date, band),
                        channel,
                        next(labels) if labelled else None,
                        number % self.patients,
                        self._midnights[day] + dt.timedelta(seconds=second),
                        chance() < _CANCELLED,
                    )
                    number += 1

    @property
    def _labelled(self) -> Sequence[str]:
        """The channels whose bookings may carry a label: all, if the usual ones do not suffice."""
        return _LABELLED if self._candidates(_LABELLED) >= self._label_count() else CHANNELS

    def _candidates(self, channels: Sequence[str]) -> int:
        lines = self._bulletin.hospitals
        return sum(line.by_channel[channel] for line in lines for channel in channels)

    def _label_count(self) -> int:
        return sum(line.bookings for line in self._bulletin.sub_channels)

    def _labels(self) -> Iterator[str | None]:
        """Every label as often as the bulletin has it, in any order, among bookings without."""
        names: list[str | None] = [None]
        drawn = array("H")
        for line in self._bulletin.sub_channels:
            drawn.extend(array("H", [len(names)]) * (line.bookings * self._scale))
            names.append(line.subchannel)
        without = self._candidates(self._labelled) * self._scale - len(drawn)
        if without < 0:
            raise ValueError("the bulletin has more labels than bookings")
        drawn.extend(array("H", [0]) * without)
        random.Random(f"{self._seed}/labels").shuffle(drawn)
        return (names[label] for label in drawn)


def _bands_after(day: dt.date, calendar: WorkCalendar) -> list[tuple[dt.date, int]]:
    """The dates and bands that a booking taken on `day` may be for."""
    dates = [day + dt.timedelta(days=ahead) for ahead in range(1, _DAYS_AHEAD + 1)]
    return [
        (date, band)
        for date in dates
        for band in range(BANDS if calendar.has_weekday_clinics(date) else MORNING_BANDS)
    ]


def invented_patient(number: int, parts: NameParts) -> Patient:
    """The person `number` (below 35 million) of the plan: nobody's ID number (00 is no county of
    3201) and nobody's telephone (no mobile number begins with 12)."""
    turn, day = divmod(number, _BIRTHDAYS)
    born = _BORN + dt.timedelta(days=day * _STEP % _BIRTHDAYS)
    first_17 = f"320100{born:%Y%m%d}{turn:03}"
    given = parts.given
    name = (
        parts.surnames[number % len(parts.surnames)]
        + given[number * 31 % len(given)]
        + given[(number // len(given) + number * 17) % len(given)]
    )
    return Patient(first_17 + check_character(first_17), name, True, f"12{number:09}")
