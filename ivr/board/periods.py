"""The periods that the board compares: today, this week, this month, each with the last. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """`first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> tuple[dt.date, ...]:
        count = (self.last - self.first).days + 1
        return tuple(self.first + dt.timedelta(days=number) for number in range(count))

    @property
    def begins(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time())

    @property
    def ends(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time())


def period(kind: Kind, day: dt.date) -> Period:
    """The day, its week (Monday to Sunday) or its month."""
    if kind is Kind.DAY:
        return Period(day, day)
    if kind is Kind.WEEK:
        monday = day - dt.timedelta(days=day.weekday())
        return Period(monday, monday + dt.timedelta(days=6))
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last))


def before(kind: Kind, this: Period) -> Period:
    """The period of the same kind that ended when `this` began."""
    return period(kind, this.first - dt.timedelta(days=1))


def after(kind: Kind, this: Period) -> Period:
    return period(kind, this.last + dt.timedelta(days=1))


def same_moment(this: Period, last: Period, now: dt.datetime) -> dt.datetime | None:
    """How far `last` had come when it was as old as `this` is now; None where `this` is over."""
    if now >= this.ends:
        return None
    return min(last.begins + (max(now, this.begins) - this.begins), last.ends)
