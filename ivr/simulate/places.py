"""Where callers may want to go: the demonstration's hospitals and departments."""

from __future__ import annotations

from functools import cache

from booking_client.demo.catalogue import load_catalogue
from grammars.knowledge import department_candidates, hospital_candidates
from ivr.simulate.people import Place


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
