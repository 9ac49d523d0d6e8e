"""The fields of requests: what a client may send, bounded and free of what a database cannot keep.

A field is only checked for its form here; whether a hospital, a channel or an ID
number exists is the core's to say, with a reason that can be spoken.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

# Printable ASCII, which an HTTP header carries unchanged.
IDEMPOTENCY_KEY_PATTERN = r"^[!-~]([ -~]{0,198}[!-~])?$"
_NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL character
_LARGEST_ID = 2**31 - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_date(value: object) -> object:
    """Pydantic also takes a number of seconds and a whole moment for a date."""
    if not isinstance(value, str):
        return value
    if not _DATE.fullmatch(value):
        raise ValueError("not a date such as 2026-11-25")
    return dt.date.fromisoformat(value)


def _whole_number(value: object) -> object:
    """1.0 is a whole number in JSON; in a URL pydantic also takes `+1`, ` 1` and `1_0` for one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError("not a whole number")
        return int(value)
    return value


_FROM_WIRE = BeforeValidator(_whole_number)
Id = Annotated[int, Field(ge=0, le=_LARGEST_ID), _FROM_WIRE]
Date = Annotated[
    dt.date, BeforeValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date"})
]
Text = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL)]
PathToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
LastFour = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}[0-9Xx]$")]
Weekdays = Annotated[tuple[Annotated[int, Field(ge=0, le=6), _FROM_WIRE], ...], Field(max_length=7)]
SessionCount = Annotated[int, Field(ge=1, le=1000), _FROM_WIRE]
