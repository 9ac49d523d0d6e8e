"""As many invented people as a race needs, none of them twice."""

from __future__ import annotations

import datetime as dt

from booking_client.id_number import check_character
from booking_client.types import Patient

_A_DAY = 999  # sequence numbers of one day and area


def person(number: int) -> Patient:
    born = dt.date(1945, 1, 1) + dt.timedelta(days=number // _A_DAY)
    first_17 = f"320100{born:%Y%m%d}{number % _A_DAY + 1:03}"
    return Patient(first_17 + check_character(first_17), "林春生", True, "")
