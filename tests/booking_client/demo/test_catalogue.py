from __future__ import annotations

import csv
from pathlib import Path

import pytest

from booking_client.demo.catalogue import (
    BULLETIN_FILE,
    DEPARTMENTS_FILE,
    HOSPITALS_FILE,
    TITLES,
    doctors_of,
    insert_catalogue,
    load_catalogue,
)
from booking_client.demo.names import load_name_parts
from booking_client.rules_file import load_rules
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from datafiles import DataFileError
from tests.booking_client.clinic import KEYS, rules

CATALOGUE = load_catalogue()
PARTS = load_name_parts()


def column(file: Path, name: str) -> list[str]:
    with file.open(encoding="utf-8", newline="") as handle:
        return [row[name] for row in csv.DictReader(handle)]


def test_the_hospitals_are_the_bulletins_in_its_order() -> None:
    names = column(BULLETIN_FILE, "hospital")
    assert names.pop() == "合计"
    assert [hospital.name for hospital in CATALOGUE.hospitals] == names
    assert len(names) == 38


def test_the_departments_are_those_of_the_list_and_a_large_hospital_has_all() -> None:
    names = column(DEPARTMENTS_FILE, "department")
    assert len(names) == 37
    by_name = {hospital.name: hospital.departments for hospital in CATALOGUE.hospitals}
    assert list(by_name["南京鼓楼医院"]) == names
    assert set(by_name["南京博大肾科医院"]) < set(names)
    assert "妇科" not in by_name["南京市儿童医院"]
    assert all(set(departments) <= set(names) for departments in by_name.values())


def test_no_name_or_alias_means_two_hospitals() -> None:
    spoken = [name for h in CATALOGUE.hospitals for name in {h.name, *h.aliases}]
    assert len(set(spoken)) == len(spoken)


def test_the_rules_name_only_hospitals_that_there_are() -> None:
    assert set(load_rules().hospitals) <= {hospital.name for hospital in CATALOGUE.hospitals}


def test_doctors_are_the_same_for_the_same_seed_and_unique_in_their_hospital() -> None:
    for hospital in CATALOGUE.hospitals:
        doctors = doctors_of(hospital, "seed", PARTS)
        assert doctors == doctors_of(hospital, "seed", PARTS)
        names = [name for of_department in doctors.values() for name in of_department]
        assert len(set(names)) == len(names)
    assert doctors_of(hospital, "seed", PARTS) != doctors_of(hospital, "other", PARTS)


async def test_the_core_gives_what_was_inserted_and_inserts_it_once(url: str) -> None:
    database = open_database(url)
    async with database.writing() as connection:
        assert await insert_catalogue(connection, "seed")
        assert not await insert_catalogue(connection, "other seed")
    core = SqlBookingCore(database, KEYS, rules())
    hospitals = await core.hospitals()
    assert [h.name for h in hospitals] == [h.name for h in CATALOGUE.hospitals]
    children = next(h for h in hospitals if h.name == "南京市儿童医院")
    assert children.campuses == ("广州路院区", "河西院区")
    departments = await core.departments("南京市栖霞区医院")
    assert [(d.name, d.parent) for d in departments[:2]] == [
        ("心血管内科", "内科"),
        ("呼吸内科", "内科"),
    ]
    assert departments[0].aliases == ("心内科",)
    doctors = await core.doctors("南京鼓楼医院", "骨科")
    assert [doctor.name for doctor in doctors] == doctors_of(CATALOGUE.hospitals[0], "seed", PARTS)[
        "骨科"
    ]
    titles = [TITLES.index(doctor.title) for doctor in doctors]
    assert titles == sorted(titles)
    await core.close()


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("name: 南京梅山医院", "name: 南京眉山医院", "not those of bookings_by_hospital"),
        ("departments: [呼吸内科,", "departments: [占星科,", "no department"),
        ("  体检中心: [体检科]", "  占星科: [星科]", "no department 占星科"),
        ("size: large", "size: huge", "'large', 'medium' or 'small'"),
    ],
)
def test_an_editors_mistake_is_named(tmp_path: Path, good: str, bad: str, problem: str) -> None:
    text = HOSPITALS_FILE.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "hospitals.yaml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(DataFileError, match=problem):
        load_catalogue(file)
