from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking_client.catalogue.entries import (
    Catalogue,
    DepartmentEntry,
    DoctorEntry,
    HospitalEntry,
)
from booking_client.catalogue.files import (
    DEPARTMENTS,
    DOCTORS,
    HOSPITALS,
    read_catalogue,
    write_catalogue,
)
from datafiles import DataFileError
from tests.booking_client.catalogue.entries import CATALOGUE, CLINIC, HEART_ENTRY

# What a name may be: marks that CSV and YAML have other uses for are welcome.
MARKS = "内外科医院一二 ,\"'#:{}[]&*!|>%`~?/\\()（）\u00a0Aé0"
NAMES = st.text(MARKS, min_size=1, max_size=8).filter(lambda name: name == name.strip())
DOCTOR = st.builds(DoctorEntry, NAMES, NAMES, st.just("") | NAMES)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Names are unique where they must be: within all hospitals, and within each hospital."""

    def named(prefix: str, count: int) -> list[str]:
        return [f"{prefix}{number}{draw(NAMES)}" for number in range(count)]

    hospitals = {}
    for name in named("医院", draw(st.integers(1, 3))):
        departments = []
        for department in named("科", draw(st.integers(1, 3))):
            doctors = draw(st.lists(DOCTOR, max_size=3, unique_by=lambda doctor: doctor.name))
            aliases = tuple(f"{department}{n}" for n in range(draw(st.integers(0, 2))))
            departments.append(DepartmentEntry(department, draw(NAMES), aliases, tuple(doctors)))
        hospitals[name] = HospitalEntry(
            name,
            tuple(f"{name}{n}" for n in range(draw(st.integers(0, 2)))),
            draw(NAMES),
            draw(NAMES),
            draw(NAMES),
            tuple(named("院区", draw(st.integers(1, 3)))),
            tuple(departments),
        )
    return hospitals


@given(catalogues())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
def test_what_is_written_reads_back_the_same(tmp_path: Path, catalogue: Catalogue) -> None:
    write_catalogue(tmp_path, catalogue)
    assert read_catalogue(tmp_path) == catalogue


def test_a_spreadsheet_sees_that_it_is_chinese(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "new" / "folder", CATALOGUE)
    for name in (DEPARTMENTS, DOCTORS):
        assert (tmp_path / "new" / "folder" / name).read_bytes().startswith(b"\xef\xbb\xbf")


def test_blanks_around_a_name_do_not_count(tmp_path: Path) -> None:
    write_catalogue(tmp_path, CATALOGUE)
    file = tmp_path / DEPARTMENTS
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(HEART_ENTRY.name, f" {HEART_ENTRY.name} "), encoding="utf-8")
    assert read_catalogue(tmp_path) == CATALOGUE


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "field", "problem"),
    [
        (HOSPITALS, "district: 玄武区", "distrikt: 玄武区", 5, "hospitals.0.district", "missing"),
        (HOSPITALS, "level: 三级", "level: ''", 10, "hospitals.0.level", "at least 1"),
        (HOSPITALS, "- 本部", "- 本部\n  - 本部", 11, "hospitals.0.campuses", "given twice"),
        (HOSPITALS, "- 城东", "- 城东医院", 5, "hospitals.0", "given twice"),
        (DEPARTMENTS, "城东医院,内科", "城南医院,内科", 2, "hospital", "not in hospitals.yaml"),
        (DEPARTMENTS, "骨科", "心血管内科", 3, "department", "given twice"),
        (DEPARTMENTS, "骨科,", "骨科,心血管内科", 3, "aliases", "given twice"),
        (DEPARTMENTS, "骨科,", "=骨科,", 3, "department", "spreadsheet"),
        (DEPARTMENTS, ",骨科,", ",", 3, "aliases", "column is missing"),
        (DEPARTMENTS, "group", "gruppe", 2, "group", "required"),
        (DOCTORS, "心血管内科,秦", "心脏科,秦", 2, "department", "has no 心脏科"),
        (DOCTORS, "主任医师", "", 2, "title", "at least 1"),
        (DOCTORS, "秦明月", "秦\t明月", 2, "doctor", "control character"),
    ],
)
def test_a_clerks_mistake_is_named(
    tmp_path: Path, file: str, old: str, new: str, line: int, field: str, problem: str
) -> None:
    write_catalogue(tmp_path, CATALOGUE)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=problem) as error:
        read_catalogue(tmp_path)
    assert error.value.file == tmp_path / file
    assert (error.value.field, error.value.line) == (field, line)


def test_a_hospital_without_a_department_is_a_mistake(tmp_path: Path) -> None:
    write_catalogue(tmp_path, {CLINIC.name: dataclasses.replace(CLINIC, departments=())})
    with pytest.raises(DataFileError, match="城东医院 has no department"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize("file", [HOSPITALS, DEPARTMENTS, DOCTORS])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    write_catalogue(tmp_path, CATALOGUE)
    (tmp_path / file).unlink()
    with pytest.raises(DataFileError, match="cannot be read") as error:
        read_catalogue(tmp_path)
    assert error.value.file == tmp_path / file
