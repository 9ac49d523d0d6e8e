"""What a hospital allows and when. Pure: rules, a date and a time in, an answer out."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from booking_client.errors import Refusal

DAY = dt.timedelta(days=1)


def _clock_time(value: object) -> object:
    """YAML reads an unquoted 16:30 as the number 990; say so instead of guessing."""
    if isinstance(value, (int, float)):
        raise ValueError('write the time in quotes, as "16:30"')
    return value


ClockTime = Annotated[dt.time, BeforeValidator(_clock_time)]
Days = Annotated[int, Field(ge=0, le=365)]


class CancelUntil(BaseModel):
    """The latest time to cancel on the day itself, by part of the day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    上午: ClockTime
    下午: ClockTime
    晚上: ClockTime


class NoShowRule(BaseModel):
    """`limit` no-shows within `within_days` bar a patient for `bar_days`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(ge=1, le=100)
    within_days: int = Field(ge=1, le=3660)
    bar_days: int = Field(ge=1, le=3660)
    everywhere: bool = False


class ChannelRules(BaseModel):
    """What one channel may do differently; None = as everybody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_day: Days | None = None
    expert_last_day: Days | None = None
    release_hour: ClockTime | None = None
    places_per_session: int | None = Field(None, ge=0, le=10_000)


class HospitalRules(BaseModel):
    """The rules of one hospital on one day; `data/rules.yaml` explains each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first_day: Days
    last_day: Days
    expert_last_day: Days | None = None
    next_day_cut_off: ClockTime | None
    release_hour: ClockTime
    hold_minutes: int = Field(ge=1, le=24 * 60)
    live_holds_per_phone: int = Field(ge=1, le=100)
    cancel_until: CancelUntil | None
    bookings_per_day: int | None = Field(None, ge=1, le=100)
    closed_on_holidays: bool = False
    no_shows: NoShowRule | None = None
    channels: dict[str, ChannelRules] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _window_makes_sense(self) -> HospitalRules:
        for name, channel in ((None, None), *self.channels.items()):
            for day in ("last_day", "expert_last_day"):
                last = getattr(channel or self, day)
                if last is not None and last < self.first_day:
                    raise ValueError(
                        f"{day} is before first_day" + (f" for {name}" if name else "")
                    )
        if self.next_day_cut_off is not None and self.first_day != 1:
            raise ValueError("next_day_cut_off needs first_day 1")
        return self

    def places_per_session(self, channel: str | None) -> int | None:
        """How many places of one session the channel may take; None = no limit of its own."""
        return self._of(channel).places_per_session

    def window(
        self, now: dt.datetime, *, channel: str | None = None, expert: bool = False
    ) -> tuple[dt.date, dt.date]:
        """First and last date that can be booked at `now`, inclusive; empty if first > last.

        `channel` None is the public; `expert` asks for the sessions of doctors.
        """
        first = now.date() + self.first_day * DAY
        if self._cut_off_passed(now):
            first += DAY
        last = now.date() + self._days_ahead(channel, expert) * DAY
        if now.time() < (self._of(channel).release_hour or self.release_hour):
            last -= DAY
        return first, last

    def refusal_for(
        self,
        date: dt.date,
        now: dt.datetime,
        *,
        channel: str | None = None,
        expert: bool = False,
    ) -> Refusal | None:
        """Why `date` cannot be booked at `now`; None if it can."""
        first, last = self.window(now, channel=channel, expert=expert)
        if date < first:
            return Refusal.TOO_LATE
        if date > now.date() + self._days_ahead(channel, expert) * DAY:
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

    def _of(self, channel: str | None) -> ChannelRules:
        return self.channels.get(channel or "", _AS_EVERYBODY)

    def _days_ahead(self, channel: str | None, expert: bool) -> int:
        """The channel's own for experts, the channel's, the hospital's for experts, the rest."""
        own = self._of(channel)
        choices = [own.last_day, self.last_day]
        if expert:
            choices = [own.expert_last_day, own.last_day, self.expert_last_day, self.last_day]
        return next(days for days in choices if days is not None)

    def _cut_off_passed(self, now: dt.datetime) -> bool:
        return self.next_day_cut_off is not None and now.time() >= self.next_day_cut_off


_AS_EVERYBODY = ChannelRules()
# One hospital's (or the default's) rows: from which day on which fields hold.
Dated = tuple[tuple[dt.date, Mapping[str, Any]], ...]


class Rules:
    """The rules of every hospital on every day.

    `default` and each hospital's entries are dated: the newest that has begun
    counts, and a hospital's says only what differs from the default of that day.
    Before the first date of the default, the first counts. `version` names rules
    that come from a database.
    """

    def __init__(
        self, default: Dated, hospitals: Mapping[str, Dated], version: int | None = None
    ) -> None:
        """Raises ValueError without a default; pydantic's error when a combination is no rules."""
        if not default:
            raise ValueError("rules need a default")
        self.default = default
        self.hospitals = dict(hospitals)
        self.version = version
        self.of = functools.lru_cache(maxsize=4096)(self._of)

    @classmethod
    def always(cls, rules: HospitalRules) -> Rules:
        """The same for every hospital and day."""
        return cls(((dt.date.min, rules.model_dump(mode="json")),), {})

    def says_the_same(self, other: Rules) -> bool:
        """Whatever their versions are called."""
        return (self.default, self.hospitals) == (other.default, other.hospitals)

    def _of(self, hospital: str, on: dt.date) -> HospitalRules:
        """The rules of this hospital for what is asked on the day `on`."""
        fields = _in_force(self.default, on) or self.default[0][1]
        return HospitalRules.model_validate(
            {**fields, **(_in_force(self.hospitals.get(hospital, ()), on) or {})}
        )


def _in_force(dated: Dated, on: dt.date) -> Mapping[str, Any] | None:
    begun = [(since, fields) for since, fields in dated if since <= on]
    return max(begun, key=lambda entry: entry[0])[1] if begun else None
