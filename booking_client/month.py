"""A calendar month, as reports name it: 2021-02."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the years 1949 to 2999."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """From "2021-02". Raises ValueError.

        >>> str(Month.parse("2021-02"))
        '2021-02'
        """
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError(f"{text!r} is not a month YYYY-MM")
        year, number = int(text[:4]), int(text[5:])
        if not (1949 <= year <= 2999 and 1 <= number <= 12):
            raise ValueError(f"{text!r} is not a month")
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def next(self) -> Month:
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def begins(self) -> dt.datetime:
        """The month's first moment; its end is the next one's (naive, Asia/Shanghai)."""
        return dt.datetime(self.year, self.number, 1)

    def days(self) -> list[dt.date]:
        count = (self.next.first - self.first).days
        return [self.first + dt.timedelta(days=n) for n in range(count)]
