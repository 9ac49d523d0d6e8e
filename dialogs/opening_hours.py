"""When the operators are there: weekly hours as an editor writes them, asked with a moment."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DAY_MINUTES = 24 * 60
_WEEK = 7


def _clock(text: str) -> str:
    match = _CLOCK.fullmatch(text)
    if match is None or _minutes(text) > _DAY_MINUTES:
        raise ValueError(f"{text!r} is no time from 00:00 to 24:00")
    return text


Clock = Annotated[str, AfterValidator(_clock)]
Weekday = Annotated[int, Field(ge=1, le=_WEEK)]


class Band(BaseModel):
    """On these weekdays (1 = Monday) from `opens` to `closes`, both `HH:MM`, 24:00 at most."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: tuple[Weekday, ...] = (1, 2, 3, 4, 5, 6, 7)
    opens: Clock
    closes: Clock

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if _minutes(self.opens) >= _minutes(self.closes):
            raise ValueError("opens must be before closes")
        return self


class OpeningHours(BaseModel):
    """No bands: day and night."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bands: tuple[Band, ...] = ()

    def open_at(self, at: dt.datetime) -> bool:
        minute = at.hour * 60 + at.minute
        return not self.bands or any(
            _minutes(band.opens) <= minute < _minutes(band.closes)
            for band in self.bands
            if at.isoweekday() in band.days
        )

    def next_open(self, at: dt.datetime) -> dt.datetime:
        """`at` itself while they are open, else the moment when they next open."""
        if self.open_at(at):
            return at
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        starts = (
            midnight + dt.timedelta(days=days, minutes=_minutes(band.opens))
            for days in range(_WEEK + 1)
            for band in self.bands
            if (midnight + dt.timedelta(days=days)).isoweekday() in band.days
        )
        return min(start for start in starts if start > at)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
