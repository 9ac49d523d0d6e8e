"""Where callers may want to go: the demonstration's hospitals, departments, doctors."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from booking_client.demo.catalogue import load_catalogue
from booking_client.interface import BookingCore
from booking_client.types import SessionQuery
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Period
from ivr.replay.world import DEMO, Templates, open_world

_SESSIONS = 200  # more than a department has in a week of mornings


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital and one of its departments, with what callers call them; `doctors`: who has free
    places there in the morning, by the day's distance from today."""

    hospital: str
    department: str
    hospital_names: tuple[str, ...] = ()
    department_names: tuple[str, ...] = ()
    doctors: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@cache
def demonstration_places() -> tuple[Place, ...]:
    """Every department of the demonstration's hospitals, with what people call both.

    Raises DataFileError.
    """
    hospitals = {each.name: each.aliases for each in hospital_candidates()}
    departments = {each.name: each.aliases for each in department_candidates()}
    return tuple(
        Place(
            hospital.name,
            department,
            hospitals.get(hospital.name, ()),
            departments.get(department, ()),
        )
        for hospital in load_catalogue().hospitals
        for department in hospital.departments
    )


async def places_with_doctors(today: dt.datetime, days: int) -> list[Place]:
    """The same with the doctors of the next `days` days, from a database of its own.

    Raises DataFileError, CoreUnavailable.
    """
    with tempfile.TemporaryDirectory() as folder:
        templates = Templates(Path(folder))
        await templates.make(DEMO, today.date())
        seeded = templates.path(DEMO, today.date())
        core = await open_world(seeded, Path(folder) / "places.db", seed=0)
        try:
            return [
                replace(place, doctors=await _doctors(core, place, today, days))
                for place in demonstration_places()
            ]
        finally:
            await core.close()


async def _doctors(
    core: BookingCore, place: Place, today: dt.datetime, days: int
) -> dict[int, tuple[str, ...]]:
    first = today.date() + dt.timedelta(days=1)
    last = today.date() + dt.timedelta(days=days)
    query = SessionQuery(
        place.hospital, place.department, first, last, period=Period.MORNING, limit=_SESSIONS
    )
    found: dict[int, dict[str, None]] = {}
    for session in await core.find_sessions(query, today):
        if session.doctor is not None:
            found.setdefault((session.date - today.date()).days, {})[session.doctor] = None
    return {day: tuple(names) for day, names in found.items()}
