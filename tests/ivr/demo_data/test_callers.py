"""Who calls on an invented day."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_client.demo.people import load_people
from datafiles import DataFileError, load_yaml
from ivr.demo_data.callers import Callers, day_callers, drawn_caller, spread

DAY = dt.date(2026, 11, 27)


def test_the_same_seed_day_and_number_give_the_same_caller() -> None:
    assert drawn_caller(1, DAY, 7) == drawn_caller(1, DAY, 7)
    callers = {drawn_caller(1, DAY, number).case.name for number in range(60)}
    assert len(callers) > 10


def test_every_kind_of_caller_is_a_whole_case() -> None:
    names = {kind.name for kind in day_callers().callers if kind.profile is None}
    drawn = {drawn_caller(1, DAY, number).case.name for number in range(3000)}
    assert names <= drawn


def test_a_caller_who_proves_who_they_are_says_the_birth_date_of_their_id_number() -> None:
    case = next(
        drawn.case
        for number in range(200)
        if (drawn := drawn_caller(1, DAY, number)).case.name == "asks what is booked"
    )
    keyed = case.answers["id_number"][0].press
    assert keyed is not None
    number = keyed.replace("*", "X")
    assert number in {person.id_number for person in load_people()}
    said = case.answers["proof"][0].say
    assert said is not None
    digits = str.maketrans("0123456789", "零一二三四五六七八九")
    assert said.startswith(number[6:10].translate(digits))


@given(seed=st.integers(0, 1000), calls=st.integers(1, 200))
def test_calls_come_in_order_and_on_their_day(seed: int, calls: int) -> None:
    times = spread(random.Random(seed), DAY, calls)
    assert len(times) == calls
    assert list(times) == sorted(times)
    assert {time.date() for time in times} == {DAY}


def test_a_caller_with_two_scripts_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "callers.yaml"
    file.write_text(
        "callers:\n  - {name: a, share: 1, mistakes: 0, profile: clear, answers: {task: x}}\n"
        f"hours: {[1] * 24}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataFileError, match="either a profile or answers"):
        load_yaml(file, Callers)
