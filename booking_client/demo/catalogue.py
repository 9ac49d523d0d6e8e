"""The demonstration catalogue: the bulletin's hospitals, usual departments, invented doctors."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.demo.names import NameParts, load_name_parts
from booking_client.model import (
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
)
from booking_client.rules_file import DATA
from booking_client.sql.given_ids import follow_given_ids
from datafiles import DataFileError, load_csv, load_yaml

HOSPITALS_FILE = DATA / "hospitals.yaml"
BULLETIN_FILE = DATA / "bookings_by_hospital_2021-02.csv"
DEPARTMENTS_FILE = DATA / "departments.csv"
CITY = "南京市"
DEFAULT_SEED = "12320"
TITLES = ("主任医师", "副主任医师", "主治医师")
# Titles of a department's doctors by the hospital's size, as indices of TITLES.
_STAFF: Mapping[str, Sequence[int]] = {
    "large": (0, 0, 1, 1, 2),
    "medium": (0, 1, 2),
    "small": (1, 2),
}


class DemoHospital(BaseModel):
    """One hospital of `data/hospitals.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    aliases: tuple[str, ...]
    district: str
    level: str
    campuses: tuple[str, ...] = Field(min_length=1)
    size: Literal["large", "medium", "small"]
    departments: tuple[str, ...] = Field(min_length=1)


class _HospitalsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    department_aliases: dict[str, tuple[str, ...]]
    department_sets: dict[str, tuple[str, ...]]
    hospitals: tuple[DemoHospital, ...]


class _DepartmentLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    department: str
    parent: str


class _BulletinLine(BaseModel):
    """A line of the bulletin; only the names are used, and the last line is the total."""

    model_config = ConfigDict(extra="ignore")

    rank: str
    hospital: str


@dataclass(frozen=True, slots=True)
class DemoCatalogue:
    """`hospitals` in the bulletin's order, their sets of departments written out;
    `parents` and `aliases` by department, `parents` in the order of departments.csv."""

    hospitals: tuple[DemoHospital, ...]
    parents: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]


def load_catalogue(path: Path = HOSPITALS_FILE) -> DemoCatalogue:
    """Read the data files. Raises DataFileError when they are wrong or do not fit together."""
    file = load_yaml(path, _HospitalsFile)
    parents = {line.department: line.parent for line in load_csv(DEPARTMENTS_FILE, _DepartmentLine)}
    names = [line.hospital for line in load_csv(BULLETIN_FILE, _BulletinLine) if line.rank]
    by_name = {
        hospital.name: hospital.model_copy(
            update={"departments": _written_out(path, hospital, file.department_sets, parents)}
        )
        for hospital in file.hospitals
    }
    strange = set(names) ^ set(by_name)
    if strange or len(file.hospitals) != len(names):
        raise DataFileError(
            path, 0, "hospitals", f"not those of {BULLETIN_FILE.name}: {sorted(strange)}"
        )
    for department in file.department_aliases:
        if department not in parents:
            raise DataFileError(path, 0, "department_aliases", f"no department {department}")
    return DemoCatalogue(tuple(by_name[name] for name in names), parents, file.department_aliases)


def _written_out(
    path: Path,
    hospital: DemoHospital,
    sets: Mapping[str, Sequence[str]],
    parents: Mapping[str, str],
) -> tuple[str, ...]:
    """The hospital's departments, sets replaced by their members, in departments.csv's order."""
    wanted = set(chain.from_iterable(sets.get(entry, (entry,)) for entry in hospital.departments))
    if not wanted <= parents.keys():
        strange = sorted(wanted - parents.keys())
        raise DataFileError(path, 0, f"hospitals.{hospital.name}", f"no department {strange}")
    return tuple(department for department in parents if department in wanted)


def doctors_of(hospital: DemoHospital, seed: str, parts: NameParts) -> dict[str, list[str]]:
    """Names of each department's doctors, in the order of their titles.

    No two doctors of a hospital have the same name.
    """
    used: set[str] = set()
    doctors: dict[str, list[str]] = {}
    for department in hospital.departments:
        source = random.Random(f"{seed}/{hospital.name}/{department}")
        names: list[str] = []
        while len(names) < len(_STAFF[hospital.size]):
            name = parts.draw(source)
            if name not in used:
                used.add(name)
                names.append(name)
        doctors[department] = names
    return doctors


async def insert_catalogue(connection: AsyncConnection, seed: str = DEFAULT_SEED) -> bool:
    """Write the demonstration catalogue into an empty database.

    Returns False, and changes nothing, when there is a hospital already.
    """
    if await connection.scalar(select(exists().where(HospitalRow.id.is_not(None)))):
        return False
    rows = _Rows(load_catalogue(), load_name_parts(), seed)
    for table, values in rows.by_table.items():
        await connection.execute(insert(table), values)
        await follow_given_ids(connection, table)
    return True


class _Rows:
    """The rows of every table, with the ids 1, 2, ... of an empty database."""

    def __init__(self, catalogue: DemoCatalogue, parts: NameParts, seed: str) -> None:
        self.by_table: dict[type, list[dict[str, Any]]] = {
            HospitalRow: [],
            CampusRow: [],
            DepartmentGroupRow: [],
            DepartmentRow: [],
            DoctorRow: [],
        }
        self._catalogue = catalogue
        for hospital in catalogue.hospitals:
            self._add_hospital(hospital, doctors_of(hospital, seed, parts))

    def _add(self, table: type, **values: Any) -> int:
        rows = self.by_table[table]
        rows.append({"id": len(rows) + 1, **values})
        return len(rows)

    def _add_hospital(self, hospital: DemoHospital, doctors: Mapping[str, Sequence[str]]) -> None:
        hospital_id = self._add(
            HospitalRow,
            name=hospital.name,
            aliases=list(hospital.aliases),
            city=CITY,
            district=hospital.district,
            level=hospital.level,
            position=len(self.by_table[HospitalRow]),
        )
        for position, campus in enumerate(hospital.campuses):
            self._add(CampusRow, hospital_id=hospital_id, name=campus, position=position)
        groups: dict[str, int] = {}
        for position, department in enumerate(hospital.departments):
            parent = self._catalogue.parents[department]
            if parent not in groups:
                groups[parent] = self._add(DepartmentGroupRow, hospital_id=hospital_id, name=parent)
            department_id = self._add(
                DepartmentRow,
                hospital_id=hospital_id,
                group_id=groups[parent],
                name=department,
                aliases=list(self._catalogue.aliases.get(department, ())),
                position=position,
            )
            for name, title in zip(doctors[department], _STAFF[hospital.size], strict=True):
                self._add(DoctorRow, department_id=department_id, name=name, title=TITLES[title])
