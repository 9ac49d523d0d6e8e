"""Hospitals with their campuses, departments and doctors, as one tree of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoctorEntry:
    name: str
    title: str
    expertise: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """`group` is the department's first level (内科)."""

    name: str
    group: str
    aliases: tuple[str, ...] = ()
    doctors: tuple[DoctorEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class HospitalEntry:
    """Campuses and departments in the order in which callers hear them; names are unique."""

    name: str
    aliases: tuple[str, ...]
    city: str
    district: str
    level: str
    campuses: tuple[str, ...]
    departments: tuple[DepartmentEntry, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    hospitals: int
    campuses: int
    departments: int
    doctors: int

    @classmethod
    def of(cls, hospitals: Iterable[HospitalEntry]) -> Size:
        hospitals = list(hospitals)
        departments = [department for hospital in hospitals for department in hospital.departments]
        return cls(
            len(hospitals),
            sum(len(hospital.campuses) for hospital in hospitals),
            len(departments),
            sum(len(department.doctors) for department in departments),
        )

    def __str__(self) -> str:
        return (
            f"{self.hospitals} hospitals, {self.campuses} campuses,"
            f" {self.departments} departments, {self.doctors} doctors"
        )


Catalogue = Mapping[str, HospitalEntry]  # by name, in the list's order
