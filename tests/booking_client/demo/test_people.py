from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from booking_client.demo.people import DemoRealNameRegistry, load_people
from booking_client.id_number import is_valid_id_number
from booking_client.interface import RealNameRegistry
from datafiles import DataFileError

TODAY = dt.date(2026, 11, 24)
BORN = slice(6, 10)


def test_thirty_people_mostly_old_none_of_them_real() -> None:
    people = load_people()
    assert len({person.id_number for person in people}) == 30
    assert all(is_valid_id_number(person.id_number, TODAY) for person in people)
    elders = [person for person in people if TODAY.year - int(person.id_number[BORN]) >= 65]
    assert len(elders) >= 20
    # Area code 320100 is nobody's; the first number is the one that the replay cases use.
    first, *others = people
    assert first.id_number == "32010619450101001X"
    assert all(person.id_number.startswith("320100") for person in others)


async def test_the_registry_knows_them_and_nobody_else() -> None:
    registry: RealNameRegistry = DemoRealNameRegistry()
    for person in load_people():
        assert await registry.name_for(person.id_number) == person.name
    assert await registry.name_for("320106194501010037") is None
    assert await registry.name_for("") is None


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id_number,name\n32010619450101001X,陈德安\n320106194501010010,李安\n")
    with pytest.raises(DataFileError, match="not a valid ID number") as caught:
        DemoRealNameRegistry(file)
    assert (caught.value.line, caught.value.field) == (3, "id_number")


def test_nothing_personal_is_in_a_repr() -> None:
    person = load_people()[0]
    assert person.id_number not in repr(person)
    assert person.name not in repr(person)
