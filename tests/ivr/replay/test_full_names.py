from pathlib import Path

import pytest

from booking_client.catalogue.files import write_catalogue
from ivr.caller.case import Case
from ivr.replay.full_names import demonstration_names, names_of, unknown_name
from tests.booking_client.catalogue.entries import CATALOGUE

GIVEN = {
    "patient": "32010619450101001X",
    "hospital": "南京鼓楼医院",
    "department": "皮肤科",
    "date": "2026-03-05",
    "session": "上午",
}

SKIN = demonstration_names()["南京鼓楼医院"]["皮肤科"]
DOCTOR = SKIN[0]
OF_THE_SURNAME = next(name for name in SKIN if DOCTOR[0] in name)


def fault(given: dict[str, str] | None = None, /, **expected: str) -> str | None:
    case = Case.model_validate(
        {
            "name": "t",
            "answers": {"task": "挂号"},
            "given": {"bookings": [{**GIVEN, **(given or {})}]},
            "expect": {"booking": expected},
        }
    )
    return unknown_name(case, demonstration_names())


def test_full_names_of_the_catalogue_pass() -> None:
    assert fault(hospital="南京鼓楼医院", department="皮肤科") is None
    assert fault(department="皮肤科") is None
    assert fault(hospital="南京鼓楼医院", department="皮肤科", doctor=DOCTOR) is None
    assert fault(hospital="南京鼓楼医院", doctor=DOCTOR) is None
    assert fault(doctor=DOCTOR, session="上午") is None
    assert fault(doctor="", session="上午") is None  # the ordinary clinic


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            {"hospital": "鼓楼"},
            "expect.booking.hospital: 鼓楼 is no hospital of the catalogue;"
            " the full name is needed, such as 南京鼓楼医院",
        ),
        (
            {"hospital": "南京鼓楼医院", "department": "皮肤"},
            "expect.booking.department: 皮肤 is no department of 南京鼓楼医院;"
            " the full name is needed, such as 皮肤科",
        ),
        (
            {"department": "没有的科"},
            "expect.booking.department: 没有的科 is no department of the catalogue;"
            " the full name is needed",
        ),
        (
            {"hospital": "南京鼓楼医院", "department": "皮肤科", "doctor": DOCTOR[:1]},
            f"expect.booking.doctor: {DOCTOR[:1]} is no doctor of 南京鼓楼医院皮肤科;"
            f" the full name is needed, such as {OF_THE_SURNAME}",
        ),
        (
            {"department": "骨科", "doctor": "没有此人"},
            "expect.booking.doctor: 没有此人 is no doctor of 骨科; the full name is needed",
        ),
    ],
)
def test_a_name_that_could_never_be_booked_is_said_with_the_full_one(
    expected: dict[str, str], said: str
) -> None:
    assert fault(**expected) == said


def test_a_name_of_a_given_booking_is_held_against_the_catalogue_too() -> None:
    found = fault({"hospital": "鼓楼"})
    assert found is not None
    assert found.startswith("given.bookings.0.hospital: 鼓楼 is no hospital")
    found = fault({"doctor": "没有此人"})
    assert found is not None
    assert found.startswith("given.bookings.0.doctor: 没有此人 is no doctor of 南京鼓楼医院皮肤科")


def test_the_names_of_a_folder_are_those_of_its_files(tmp_path: Path) -> None:
    write_catalogue(tmp_path, CATALOGUE)
    names = names_of(tmp_path)
    assert list(names) == list(CATALOGUE)
    for name, departments in names.items():
        assert {part: list(doctors) for part, doctors in departments.items()} == {
            each.name: [doctor.name for doctor in each.doctors]
            for each in CATALOGUE[name].departments
        }
