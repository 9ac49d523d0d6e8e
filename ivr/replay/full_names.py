"""The names in a case against its catalogue: a short one (鼓楼) could never be booked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from booking_client.catalogue.files import read_catalogue
from booking_client.demo.catalogue import DEFAULT_SEED, doctors_of, load_catalogue
from booking_client.demo.names import load_name_parts
from ivr.caller.case import Case, ExpectedBooking, GivenBooking

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""Each hospital's departments, with their doctors."""


@cache
def demonstration_names() -> Names:
    parts = load_name_parts()
    return {each.name: doctors_of(each, DEFAULT_SEED, parts) for each in load_catalogue().hospitals}


def names_of(folder: Path) -> Names:
    """Raises DataFileError."""
    return {
        hospital.name: {
            department.name: tuple(doctor.name for doctor in department.doctors)
            for department in hospital.departments
        }
        for hospital in read_catalogue(folder).values()
    }


def unknown_name(case: Case, names: Names) -> str | None:
    """The first hospital, department or doctor that is given or expected and is not in the
    catalogue, in one line."""
    for field, booking in _named(case):
        hospital, department, doctor = booking.hospital, booking.department, booking.doctor
        if hospital is not None and hospital not in names:
            return _line(f"{field}.hospital", hospital, "no hospital of the catalogue", names)
        meant = names.values() if hospital is None else [names[hospital]]
        departments = tuple(dict.fromkeys(chain.from_iterable(meant)))
        where = hospital or "the catalogue"
        if department is not None and department not in departments:
            fault = f"no department of {where}"
            return _line(f"{field}.department", department, fault, departments)
        own = departments if department is None else (department,)
        doctors = [name for each in meant for part in own for name in each.get(part, ())]
        if doctor and doctor not in doctors:  # an empty one is the ordinary clinic
            fault = f"no doctor of {''.join(filter(None, (hospital, department))) or where}"
            return _line(f"{field}.doctor", doctor, fault, doctors)
    return None


def _named(case: Case) -> Iterator[tuple[str, GivenBooking | ExpectedBooking]]:
    for number, each in enumerate(case.given.bookings if case.given else ()):
        yield f"given.bookings.{number}", each
    if case.expect.booking is not None:
        yield "expect.booking", case.expect.booking


def _line(field: str, name: str, problem: str, known: Iterable[str]) -> str:
    full = next((each for each in known if name in each), None)
    meant = "" if full is None else f", such as {full}"
    return f"{field}: {name} is {problem}; the full name is needed{meant}"
