"""How much of everything: a little with every test run, all of it at night (`make nightly`)."""

from __future__ import annotations

import os
from dataclasses import dataclass

NIGHTLY = os.environ.get("BOOKING_NIGHTLY") == "1"
SECONDS = 1800.0 if NIGHTLY else 240.0  # for one race or one round of kills


@dataclass(frozen=True, slots=True)
class Scale:
    processes: int
    sessions: int
    places_per_session: int
    attempts: int
    kills: int

    @property
    def places(self) -> int:
        return self.sessions * self.places_per_session


SCALE = (
    Scale(processes=8, sessions=50, places_per_session=20, attempts=10_000, kills=200)
    if NIGHTLY
    else Scale(processes=8, sessions=5, places_per_session=20, attempts=1_000, kills=20)
)
