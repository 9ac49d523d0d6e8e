"""What a hospital allows and when. Pure: rules, a date and a time in, an answer out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from booking_client.errors import Refusal
from datafiles import load_yaml

DATA = Path(__file__).parent / "data"
RULES_FILE = DATA / "rules.yaml"
DAY = dt.timedelta(days=1)


def _clock_time(value: object) -> object:
    """YAML reads an unquoted 16:30 as the number 990; say so instead of guessing."""
    if isinstance(value, (int, float)):
        raise ValueError('write the time in quotes, as "16:30"')
    return value


ClockTime = Annotated[dt.time, BeforeValidator(_clock_time)]


class CancelUntil(BaseModel):
    """The latest time to cancel on the day itself, by part of the day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    上午: ClockTime
    下午: ClockTime
    晚上: ClockTime


class HospitalRules(BaseModel):
    """The rules of one hospital; `data/rules.yaml` explains each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_day: int = Field(ge=0, le=365)
    last_day: int = Field(ge=0, le=365)
    next_day_cut_off: ClockTime | None
    release_hour: ClockTime
    hold_minutes: int = Field(ge=1, le=24 * 60)
    live_holds_per_phone: int = Field(ge=1, le=100)
    cancel_until: CancelUntil | None

    @model_validator(mode="after")
    def _window_makes_sense(self) -> HospitalRules:
        if self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        if self.next_day_cut_off is not None and self.first_day != 1:
            raise ValueError("next_day_cut_off needs first_day 1")
        return self

    def window(self, now: dt.datetime) -> tuple[dt.date, dt.date]:
        """First and last date that can be booked at `now`, inclusive; empty if first > last."""
        first = now.date() + self.first_day * DAY
        if self._cut_off_passed(now):
            first += DAY
        last = now.date() + self.last_day * DAY
        if now.time() < self.release_hour:
            last -= DAY
        return first, last

    def refusal_for(self, date: dt.date, now: dt.datetime) -> Refusal | None:
        """Why `date` cannot be booked at `now`; None if it can."""
        first, last = self.window(now)
        if date < first:
            return Refusal.TOO_LATE
        if date > now.date() + self.last_day * DAY:
            return Refusal.TOO_EARLY
        return Refusal.NOT_RELEASED if date > last else None

    def hold_expiry(self, now: dt.datetime) -> dt.datetime:
        return now + dt.timedelta(minutes=self.hold_minutes)

    def cancel_deadline(self, date: dt.date, period: str, start: dt.time) -> dt.datetime:
        """Until when a booking for `start` on `date` can be cancelled."""
        if self.cancel_until is None:
            return dt.datetime.combine(date, start)
        latest: dt.time = getattr(self.cancel_until, period)
        return dt.datetime.combine(date, latest)

    def _cut_off_passed(self, now: dt.datetime) -> bool:
        return self.next_day_cut_off is not None and now.time() >= self.next_day_cut_off


class Rules:
    """The rules of every hospital: the platform's default unless a hospital says otherwise."""

    def __init__(self, default: HospitalRules, hospitals: Mapping[str, HospitalRules]) -> None:
        self.default = default
        self.hospitals = MappingProxyType(dict(hospitals))

    def of(self, hospital: str) -> HospitalRules:
        return self.hospitals.get(hospital, self.default)


def _on_the_default(change: object, info: ValidationInfo) -> object:
    """A hospital's entry names only what differs; the rest is the default's."""
    default = info.data.get("default")
    if isinstance(change, dict) and isinstance(default, HospitalRules):
        return default.model_dump() | change
    return change


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default: HospitalRules
    hospitals: dict[str, Annotated[HospitalRules, BeforeValidator(_on_the_default)]]


def load_rules(path: Path = RULES_FILE) -> Rules:
    """Read a rules file. Raises DataFileError (file, line, field)."""
    file = load_yaml(path, _RulesFile)
    return Rules(file.default, file.hospitals)
