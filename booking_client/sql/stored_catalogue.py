"""The catalogue's rows as they are, by name, and the tree that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.catalogue.changes import Change, Kind
from booking_client.catalogue.entries import (
    Catalogue,
    DepartmentEntry,
    DoctorEntry,
    HospitalEntry,
)
from booking_client.model import (
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
    SessionRow,
)


@dataclass(frozen=True, slots=True)
class StoredCatalogue:
    """The rows by name, retired ones too."""

    hospitals: Mapping[str, Any]
    campuses: Mapping[tuple[str, str], Any]
    groups: Mapping[tuple[str, str], int]
    departments: Mapping[tuple[str, str], Any]
    doctors: Mapping[tuple[str, str, str], Any]

    @classmethod
    async def read(cls, connection: AsyncConnection) -> StoredCatalogue:
        hospitals = (
            await connection.execute(select(HospitalRow.__table__).order_by(HospitalRow.position))
        ).all()
        name_of = {row.id: row.name for row in hospitals}
        campuses = await connection.execute(
            select(CampusRow.__table__).order_by(CampusRow.position, CampusRow.id)
        )
        groups = (await connection.execute(select(DepartmentGroupRow.__table__))).all()
        departments = (
            await connection.execute(
                select(DepartmentRow.__table__, DepartmentGroupRow.name.label("group"))
                .join(DepartmentGroupRow, DepartmentGroupRow.id == DepartmentRow.group_id)
                .order_by(DepartmentRow.position, DepartmentRow.id)
            )
        ).all()
        place_of = {row.id: (name_of[row.hospital_id], row.name) for row in departments}
        doctors = await connection.execute(select(DoctorRow.__table__).order_by(DoctorRow.id))
        return cls(
            {row.name: row for row in hospitals},
            {(name_of[row.hospital_id], row.name): row for row in campuses},
            {(name_of[row.hospital_id], row.name): row.id for row in groups},
            {place_of[row.id]: row for row in departments},
            {(*place_of[row.department_id], row.name): row for row in doctors},
        )

    def catalogue(self, only: str | None) -> Catalogue:
        """What is not retired, of every hospital or of `only`."""
        doctors: dict[tuple[str, str], list[DoctorEntry]] = {}
        for (hospital, department, name), row in in_use(self.doctors):
            doctors.setdefault((hospital, department), []).append(
                DoctorEntry(name, row.title, row.expertise or "")
            )
        campuses: dict[str, list[str]] = {}
        for (hospital, name), _ in in_use(self.campuses):
            campuses.setdefault(hospital, []).append(name)
        departments: dict[str, list[DepartmentEntry]] = {}
        for (hospital, name), row in in_use(self.departments):
            staff = tuple(doctors.get((hospital, name), ()))
            departments.setdefault(hospital, []).append(
                DepartmentEntry(name, row.group, tuple(row.aliases), staff)
            )
        return {
            name: HospitalEntry(
                name,
                tuple(row.aliases),
                row.city,
                row.district,
                row.level,
                tuple(campuses.get(name, ())),
                tuple(departments.get(name, ())),
            )
            for name, row in self.hospitals.items()
            if only in (None, name)
        }

    def retired_by(self, new: Catalogue) -> dict[Any, list[int]]:
        """Ids of what `new` no longer has, by the session's column that names it."""
        wanted = _Names.of(new)
        return {
            SessionRow.campus_id: [
                row.id
                for key, row in in_use(self.campuses)
                if key[0] in new and key not in wanted.campuses
            ],
            SessionRow.department_id: [
                row.id
                for key, row in in_use(self.departments)
                if key[0] in new and key not in wanted.departments
            ],
            SessionRow.doctor_id: [
                row.id
                for key, row in in_use(self.doctors)
                if key[0] in new and key not in wanted.doctors
            ],
        }

    def id_of(self, change: Change) -> tuple[Any, int]:
        """The session's column that names what `change` is about, and its id."""
        match change.kind, change.path:
            case Kind.CAMPUS, (hospital, campus):
                return SessionRow.campus_id, self.campuses[hospital, campus].id
            case Kind.DEPARTMENT, (hospital, department):
                return SessionRow.department_id, self.departments[hospital, department].id
            case Kind.DOCTOR, (hospital, department, doctor):
                return SessionRow.doctor_id, self.doctors[hospital, department, doctor].id
        raise AssertionError(f"a {change.kind} is never retired")


def in_use(rows: Mapping[Any, Any]) -> Iterable[tuple[Any, Any]]:
    return ((key, row) for key, row in rows.items() if row.retired_on is None)


@dataclass(frozen=True, slots=True)
class _Names:
    """The keys of everything in a catalogue."""

    campuses: frozenset[tuple[str, str]]
    departments: frozenset[tuple[str, str]]
    doctors: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, catalogue: Catalogue) -> _Names:
        hospitals = catalogue.values()
        return cls(
            frozenset((h.name, campus) for h in hospitals for campus in h.campuses),
            frozenset((h.name, d.name) for h in hospitals for d in h.departments),
            frozenset(
                (h.name, d.name, doctor.name)
                for h in hospitals
                for d in h.departments
                for doctor in d.doctors
            ),
        )
