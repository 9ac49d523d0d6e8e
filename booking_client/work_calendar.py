"""The Chinese calendar's public holidays and make-up workdays: one file a year, never guessed.

The State Council's office announces each year's days in the November before. A
clerk adds `data/calendar/<year>.yaml` in the form of the others; until then the
days of that year are unknown, and whoever asks is told (`unknown_years`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from booking_client.rules_file import DATA
from datafiles import DataFileError, load_yaml

CALENDAR_FOLDER = DATA / "calendar"
_SATURDAY = 5


class Day(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"  # 调休：a weekend day on which one works
    UNKNOWN = "unknown"  # of a year without a file: nothing is known of its holidays


class Holiday(BaseModel):
    """Off from `first` to `last`, both included; `work` are the weekend days worked for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    first: dt.date
    last: dt.date
    work: tuple[dt.date, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Holiday:
        if self.last < self.first:
            raise ValueError("last is before first")
        for day in self.work:
            if day.weekday() < _SATURDAY:
                raise ValueError(f"{day} is no weekend day")
            if self.first <= day <= self.last:
                raise ValueError(f"{day} is a day of the holiday itself")
        return self

    def days(self) -> Iterable[dt.date]:
        return (self.first + dt.timedelta(n) for n in range((self.last - self.first).days + 1))


class _YearFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    year: int = Field(ge=1949, le=2100)
    holidays: tuple[Holiday, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_this_year(self) -> _YearFile:
        for holiday in self.holidays:
            for day in (*holiday.days(), *holiday.work):
                if day.year != self.year:
                    raise ValueError(f"{holiday.name}: {day} belongs into the file of {day.year}")
        return self


class WorkCalendar:
    """What kind of day a date is."""

    def __init__(self, years: Mapping[int, tuple[Holiday, ...]]) -> None:
        self._years = frozenset(years)
        holidays = [holiday for year in years.values() for holiday in year]
        self._off = {day: holiday.name for holiday in holidays for day in holiday.days()}
        self._work = frozenset(day for holiday in holidays for day in holiday.work)

    def kind(self, date: dt.date) -> Day:
        if date.year not in self._years:
            return Day.UNKNOWN
        if date in self._off:
            return Day.HOLIDAY
        if date in self._work:
            return Day.MAKE_UP
        return Day.WEEKEND if date.weekday() >= _SATURDAY else Day.WORKDAY

    def is_holiday(self, date: dt.date) -> bool:
        """False for a day of a year that is not known: nothing is closed on a guess."""
        return self.kind(date) is Day.HOLIDAY

    def has_weekday_clinics(self, date: dt.date) -> bool:
        """Whether hospitals work as on a weekday; by the weekday alone in a year not known."""
        kind = self.kind(date)
        if kind is Day.UNKNOWN:
            return date.weekday() < _SATURDAY
        return kind in (Day.WORKDAY, Day.MAKE_UP)

    def unknown_years(self, first: dt.date, last: dt.date) -> list[str]:
        """A warning for each year of `first`..`last` that has no file."""
        return [
            f"the public holidays of {year} are not known:"
            f" add {CALENDAR_FOLDER.name}/{year}.yaml (nothing is closed for them until then)"
            for year in range(first.year, last.year + 1)
            if year not in self._years
        ]


def load_calendar(folder: Path = CALENDAR_FOLDER) -> WorkCalendar:
    """Read every year file. Raises DataFileError (file, line, field)."""
    years: dict[int, tuple[Holiday, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = load_yaml(path, _YearFile)
        if path.stem != str(file.year):
            raise DataFileError(path, 0, "year", f"{file.year} belongs into {file.year}.yaml")
        years[file.year] = file.holidays
    return WorkCalendar(years)
