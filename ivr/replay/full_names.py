"""The names in a case against its catalogue: a short one (鼓楼) could never be booked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from booking_client.catalogue.files import read_catalogue
from booking_client.demo.catalogue import load_catalogue
from ivr.caller.case import Case

Names = Mapping[str, tuple[str, ...]]
"""Each hospital's departments."""


@cache
def demonstration_names() -> Names:
    return {each.name: each.departments for each in load_catalogue().hospitals}


def names_of(folder: Path) -> Names:
    """Raises DataFileError."""
    hospitals = read_catalogue(folder).values()
    return {each.name: tuple(part.name for part in each.departments) for each in hospitals}


def unknown_name(case: Case, names: Names) -> str | None:
    """The first hospital or department that is given or expected and is not in the catalogue, in
    one line."""
    for field, hospital, department in _named(case):
        if hospital is not None and hospital not in names:
            return _line(f"{field}.hospital", hospital, "no hospital of the catalogue", names)
        known = chain.from_iterable(names.values()) if hospital is None else names[hospital]
        departments = tuple(dict.fromkeys(known))
        if department is not None and department not in departments:
            where = f"no department of {hospital or 'the catalogue'}"
            return _line(f"{field}.department", department, where, departments)
    return None


def _named(case: Case) -> Iterator[tuple[str, str | None, str | None]]:
    for number, each in enumerate(case.given.bookings if case.given else ()):
        yield f"given.bookings.{number}", each.hospital, each.department
    if case.expect.booking is not None:
        yield "expect.booking", case.expect.booking.hospital, case.expect.booking.department


def _line(field: str, name: str, problem: str, known: Iterable[str]) -> str:
    full = next((each for each in known if name in each), None)
    meant = "" if full is None else f", such as {full}"
    return f"{field}: {name} is {problem}; the full name is needed{meant}"
