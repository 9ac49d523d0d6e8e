"""The clerk's files: `hospitals.yaml`, `departments.csv` and `doctors.csv` in one folder.

The CSV files begin with a byte order mark, without which spreadsheets take the
Chinese for something else; several aliases stand in one cell, with 、 between them.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    create_model,
    field_validator,
)

from booking_client.catalogue.entries import (
    Catalogue,
    DepartmentEntry,
    DoctorEntry,
    HospitalEntry,
)
from datafiles import DataFileError, load_csv, load_yaml

HOSPITALS, DEPARTMENTS, DOCTORS = "hospitals.yaml", "departments.csv", "doctors.csv"
BETWEEN_ALIASES = "、"
_FORMULA_SIGNS = ("=", "+", "-", "@")  # what a spreadsheet would calculate
_HOSPITALS_HEAD = """\
# Hospitals and their campuses (院区), in the order in which callers hear them. An import changes
# the hospitals that are named here and no others. Departments are in departments.csv, doctors in
# doctors.csv; a name ties them together, so a new name is a new hospital, department or doctor.
"""


def read_catalogue(folder: Path) -> Catalogue:
    """Read and check the three files. Raises DataFileError (file, line, field)."""
    hospitals = load_yaml(folder / HOSPITALS, _hospitals_model()).hospitals
    names = [hospital.name for hospital in hospitals]
    departments = load_csv(folder / DEPARTMENTS, _department_model(frozenset(names)))
    known = {(line.hospital, line.department) for line in departments}
    doctors = load_csv(folder / DOCTORS, _doctor_model(known))
    of_department: dict[tuple[str, str], list[DoctorEntry]] = {}
    for line in doctors:
        entry = DoctorEntry(line.doctor, line.title, line.expertise)
        of_department.setdefault((line.hospital, line.department), []).append(entry)
    of_hospital: dict[str, list[DepartmentEntry]] = {name: [] for name in names}
    for row in departments:
        staff = tuple(of_department.get((row.hospital, row.department), ()))
        of_hospital[row.hospital].append(
            DepartmentEntry(row.department, row.group, row.aliases, staff)
        )
    for name, own in of_hospital.items():
        if not own:
            raise DataFileError(
                folder / DEPARTMENTS, 0, "hospital", f"{name} has no department here"
            )
    return {
        hospital.name: HospitalEntry(
            hospital.name,
            hospital.aliases,
            hospital.city,
            hospital.district,
            hospital.level,
            hospital.campuses,
            tuple(of_hospital[hospital.name]),
        )
        for hospital in hospitals
    }


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Write the three files into `folder`, which is made if need be. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    hospitals = [
        {
            "name": hospital.name,
            "aliases": list(hospital.aliases),
            "city": hospital.city,
            "district": hospital.district,
            "level": hospital.level,
            "campuses": list(hospital.campuses),
        }
        for hospital in catalogue.values()
    ]
    text = yaml.safe_dump({"hospitals": hospitals}, allow_unicode=True, sort_keys=False, width=100)
    (folder / HOSPITALS).write_text(_HOSPITALS_HEAD + text, encoding="utf-8", newline="\n")
    _write_csv(
        folder / DEPARTMENTS,
        ["hospital", "group", "department", "aliases"],
        [
            [hospital.name, entry.group, entry.name, BETWEEN_ALIASES.join(entry.aliases)]
            for hospital in catalogue.values()
            for entry in hospital.departments
        ],
    )
    _write_csv(
        folder / DOCTORS,
        ["hospital", "department", "doctor", "title", "expertise"],
        [
            [hospital.name, department.name, doctor.name, doctor.title, doctor.expertise]
            for hospital in catalogue.values()
            for department in hospital.departments
            for doctor in department.doctors
        ],
    )


def _write_csv(path: Path, head: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="\n")


# --- what a clerk may write


def _plain(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("holds a line break or another control character")
    if text.startswith(_FORMULA_SIGNS):
        raise ValueError(f"begins with {text[0]}: a spreadsheet would calculate it")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_plain),
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_plain)
]


def _split(cell: object) -> object:
    return [part for part in cell.split(BETWEEN_ALIASES) if part] if isinstance(cell, str) else cell


class _Once:
    """Refuses a name that was used before inside the same whole: what callers say must lead to
    one thing only."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def __call__(self, inside: str, name: str) -> str:
        if (inside, name) in self._seen:
            raise ValueError(f"{name} is given twice{f' at {inside}' if inside else ''}")
        self._seen.add((inside, name))
        return name


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Hospital(_Line):
    name: Name
    aliases: tuple[Name, ...] = ()
    city: Name
    district: Name
    level: Name
    campuses: tuple[Name, ...] = Field(min_length=1)

    @field_validator("campuses")
    @classmethod
    def _each_once(cls, campuses: tuple[str, ...]) -> tuple[str, ...]:
        once = _Once()
        return tuple(once("", campus) for campus in campuses)


class _HospitalsFile(_Line):
    hospitals: tuple[_Hospital, ...] = Field(min_length=1)


def _hospitals_model() -> type[_HospitalsFile]:
    """The file's model; of one use, because it remembers the names that it has seen."""
    once = _Once()

    def unlike_the_others(hospital: _Hospital) -> _Hospital:
        for name in (hospital.name, *hospital.aliases):
            once("", name)
        return hospital

    entry = Annotated[_Hospital, AfterValidator(unlike_the_others)]
    return create_model(
        "HospitalsFile",
        __base__=_HospitalsFile,
        hospitals=(tuple[entry, ...], Field(min_length=1)),
    )


class _Department(_Line):
    hospital: Name
    group: Name
    department: Name
    aliases: tuple[Name, ...] = ()


def _department_model(hospitals: Collection[str]) -> type[_Department]:
    """A line's model; of one use, because it remembers the names that it has seen."""
    once = _Once()

    def known(name: str) -> str:
        if name not in hospitals:
            raise ValueError(f"{name} is not in {HOSPITALS}")
        return name

    def name_once(name: str, info: ValidationInfo) -> str:
        return once(info.data.get("hospital", ""), name)

    def aliases_once(aliases: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(once(info.data.get("hospital", ""), alias) for alias in aliases)

    return create_model(
        "Department",
        __base__=_Department,
        hospital=(Annotated[Name, AfterValidator(known)], ...),
        department=(Annotated[Name, AfterValidator(name_once)], ...),
        aliases=(
            Annotated[tuple[Name, ...], BeforeValidator(_split), AfterValidator(aliases_once)],
            (),
        ),
    )


class _Doctor(_Line):
    hospital: Name
    department: Name
    doctor: Name
    title: Name
    expertise: Text = ""


def _doctor_model(departments: Collection[tuple[str, str]]) -> type[_Doctor]:
    """A line's model; of one use, because it remembers the names that it has seen."""
    once = _Once()

    def known(name: str, info: ValidationInfo) -> str:
        if (info.data.get("hospital", ""), name) not in departments:
            raise ValueError(f"{info.data.get('hospital')} has no {name} in {DEPARTMENTS}")
        return name

    def name_once(name: str, info: ValidationInfo) -> str:
        inside = f"{info.data.get('hospital', '')} {info.data.get('department', '')}"
        return once(inside, name)

    return create_model(
        "Doctor",
        __base__=_Doctor,
        department=(Annotated[Name, AfterValidator(known)], ...),
        doctor=(Annotated[Name, AfterValidator(name_once)], ...),
    )
