"""What an import would change, told before it is done. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from booking_client.catalogue.entries import (
    Catalogue,
    DepartmentEntry,
    DoctorEntry,
    HospitalEntry,
    Size,
)


class Action(StrEnum):
    ADD = "+"
    CHANGE = "~"
    RETIRE = "-"  # no longer in the catalogue; its past stays


class Kind(StrEnum):
    HOSPITAL = "hospital"
    CAMPUS = "campus"
    DEPARTMENT = "department"
    DOCTOR = "doctor"


@dataclass(frozen=True, slots=True)
class Change:
    """`path` are the names from the hospital down; `detail` says what is or becomes of it."""

    action: Action
    kind: Kind
    path: tuple[str, ...]
    detail: str = ""

    def __str__(self) -> str:
        line = f"{self.action.value} {self.kind.value} {'/'.join(self.path)}"
        return f"{line}: {self.detail}" if self.detail else line


def changes(old: Catalogue, new: Catalogue) -> list[Change]:
    """From `old` to `new`; hospitals that `new` does not name stay as they are.

    What is inside something added or retired is counted with it, not listed.
    """
    found: list[Change] = []
    for name, hospital in new.items():
        if name not in old:
            size = Size.of([hospital])
            detail = f"{size.campuses} campuses, {size.departments} departments"
            found.append(
                Change(Action.ADD, Kind.HOSPITAL, (name,), f"{detail}, {size.doctors} doctors")
            )
        else:
            found += _hospital(old[name], hospital)
    return found


def _hospital(old: HospitalEntry, new: HospitalEntry) -> Iterator[Change]:
    here = (new.name,)
    details = [
        _differs("aliases", _listed(old.aliases), _listed(new.aliases)),
        _differs("city", old.city, new.city),
        _differs("district", old.district, new.district),
        _differs("level", old.level, new.level),
        _reordered("campuses", old.campuses, new.campuses),
        _reordered(
            "departments",
            [department.name for department in old.departments],
            [department.name for department in new.departments],
        ),
    ]
    if detail := _joined(details):
        yield Change(Action.CHANGE, Kind.HOSPITAL, here, detail)
    for campus in new.campuses:
        if campus not in old.campuses:
            yield Change(Action.ADD, Kind.CAMPUS, (*here, campus))
    for campus in old.campuses:
        if campus not in new.campuses:
            yield Change(Action.RETIRE, Kind.CAMPUS, (*here, campus))
    before = {department.name: department for department in old.departments}
    after = {department.name: department for department in new.departments}
    for name, department in after.items():
        if name in before:
            yield from _department((*here, name), before[name], department)
        else:
            staff = f"{department.group}, {len(department.doctors)} doctors"
            yield Change(Action.ADD, Kind.DEPARTMENT, (*here, name), staff)
    for name, department in before.items():
        if name not in after:
            staff = f"{len(department.doctors)} doctors"
            yield Change(Action.RETIRE, Kind.DEPARTMENT, (*here, name), staff)


def _department(
    here: tuple[str, ...], old: DepartmentEntry, new: DepartmentEntry
) -> Iterator[Change]:
    details = [
        _differs("group", old.group, new.group),
        _differs("aliases", _listed(old.aliases), _listed(new.aliases)),
    ]
    if detail := _joined(details):
        yield Change(Action.CHANGE, Kind.DEPARTMENT, here, detail)
    before = {doctor.name: doctor for doctor in old.doctors}
    after = {doctor.name: doctor for doctor in new.doctors}
    for name, doctor in after.items():
        if name not in before:
            yield Change(Action.ADD, Kind.DOCTOR, (*here, name), doctor.title)
        elif detail := _joined(_doctor(before[name], doctor)):
            yield Change(Action.CHANGE, Kind.DOCTOR, (*here, name), detail)
    for name in before:
        if name not in after:
            yield Change(Action.RETIRE, Kind.DOCTOR, (*here, name))


def _doctor(old: DoctorEntry, new: DoctorEntry) -> list[str]:
    return [
        _differs("title", old.title, new.title),
        _differs("expertise", old.expertise, new.expertise),
    ]


def _differs(field: str, old: str, new: str) -> str:
    return "" if old == new else f"{field} {old or '(none)'} -> {new or '(none)'}"


def _reordered(field: str, old: Sequence[str], new: Sequence[str]) -> str:
    """Whether those that stay are in another order."""
    stay = set(old) & set(new)
    same = [n for n in old if n in stay] == [n for n in new if n in stay]
    return "" if same else f"{field} in another order"


def _listed(names: Sequence[str]) -> str:
    return "、".join(names)


def _joined(details: Sequence[str]) -> str:
    return "; ".join(detail for detail in details if detail)
