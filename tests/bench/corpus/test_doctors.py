from __future__ import annotations

import pytest
from pypinyin import Style, lazy_pinyin

from bench.corpus.doctors import doctor_list, doctor_names


def test_there_are_2000_names_of_two_or_three_characters() -> None:
    names = doctor_names(2000)
    assert len(set(names)) == 2000
    assert {len(name) for name in names} == {2, 3}
    assert 0.1 < sum(len(name) == 2 for name in names) / 2000 < 0.3


def test_no_two_names_sound_the_same() -> None:
    sounds = {tuple(lazy_pinyin(name, style=Style.TONE3)) for name in doctor_names(2000)}
    assert len(sounds) == 2000


def test_a_shorter_list_is_the_beginning_of_a_longer_one() -> None:
    assert doctor_names(2000)[:30] == doctor_names(30)


def test_the_lists_of_a_spoken_name_lie_within_one_another() -> None:
    spoken = doctor_names(2000)[777]
    small, middle, large = (set(doctor_list(spoken, size)) for size in (30, 200, 2000))
    assert (len(small), len(middle), len(large)) == (30, 200, 2000)
    assert {spoken} < small < middle < large


def test_the_place_in_the_list_gives_nothing_away() -> None:
    names = doctor_names(2000)[:40]
    assert len({doctor_list(name, 30).index(name) for name in names}) > 10


def test_a_list_longer_than_all_names_is_refused() -> None:
    with pytest.raises(ValueError, match="2001"):
        doctor_list(doctor_names(30)[0], 2001)
