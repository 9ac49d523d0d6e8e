from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from grammars.data_files import departments_data, hospitals_data
from grammars.knowledge import (
    department_candidates,
    elsewhere_candidates,
    hospital_candidates,
    known_aliases,
)

_CATALOGUE = Path(__file__).parents[2] / "booking_client" / "data"


def _column(file: str, column: str) -> list[str]:
    with (_CATALOGUE / file).open(encoding="utf-8", newline="") as handle:
        return [row[column] for row in csv.DictReader(handle)]


def test_hospitals_are_those_of_the_bulletin() -> None:
    bulletin = [
        name for name in _column("bookings_by_hospital_2021-02.csv", "hospital") if name != "合计"
    ]
    assert [entry.name for entry in hospital_candidates()] == bulletin
    assert len(bulletin) == 38


def test_departments_are_those_of_the_catalogue() -> None:
    listed = _column("departments.csv", "department")
    assert [entry.name for entry in department_candidates()] == listed
    assert len(listed) == 37


def test_everybody_has_aliases() -> None:
    for entry in (*hospital_candidates(), *department_candidates()):
        assert len(entry.aliases) >= 3, entry.name
        assert len(set(entry.aliases)) == len(entry.aliases), entry.name


def test_few_hospital_aliases_are_shared() -> None:
    count = Counter(alias for place in hospitals_data().hospitals for alias in place.aliases)
    assert {alias for alias, places in count.items() if places > 1} == {
        "中西医结合",
        "中西医结合医院",
    }


def test_few_department_aliases_are_shared() -> None:
    count = Counter(alias for row in departments_data().departments for alias in row.aliases)
    assert {alias for alias, rows in count.items() if rows > 1} == {"妇产科", "脑科"}


def test_places_elsewhere_are_not_on_the_list() -> None:
    listed = {entry.name for entry in hospital_candidates()}
    aliases = {alias for entry in hospital_candidates() for alias in entry.aliases}
    for entry in elsewhere_candidates():
        assert entry.name not in listed
        assert not aliases & set(entry.aliases)


def test_ambiguous_words_mean_listed_entries_that_share_one_whole() -> None:
    known = (*hospital_candidates(), *department_candidates(), *elsewhere_candidates())
    listed = {entry.name for entry in known}
    for entry in (*hospitals_data().ambiguous, *departments_data().ambiguous):
        assert set(entry.means) <= listed, entry.say
        assert sum(entry.means.values()) == pytest.approx(1.0, abs=0.011), entry.say
        assert len(entry.means) >= 2


def test_a_word_that_is_ambiguous_is_no_alias_of_one_alone() -> None:
    for data, own in (
        (hospitals_data(), {a for p in hospitals_data().hospitals for a in p.aliases}),
        (departments_data(), {a for p in departments_data().departments for a in p.aliases}),
    ):
        assert not {word for entry in data.ambiguous for word in entry.say} & own
    assert "内科" in known_aliases("消化内科")


def test_known_aliases() -> None:
    assert "鼓楼" in known_aliases("南京鼓楼医院")
    assert "牙科" in known_aliases("口腔科")
    assert known_aliases("没有这家") == ()
