from __future__ import annotations

import random

import pytest

from grammars.id_number import is_valid
from grammars.meaning import Slot
from grammars.parse_result import parse_result
from grammars.sampler import misheard, random_id_number, samples, wordings
from grammars.spoken import readings_of
from grammars.understand import understand
from tests.grammars.questions import DOCTORS, TODAY, n_best, offered, question

_SLOTS = (
    *(Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DATE, Slot.ID_NUMBER),
    *(Slot.CONFIRM, Slot.COMMAND, Slot.TASK),
)


@pytest.mark.parametrize("slot", _SLOTS)
def test_the_same_seed_gives_the_same_sentences(slot: Slot) -> None:
    assert samples(slot, 1, 20, TODAY) == samples(slot, 1, 20, TODAY)
    assert samples(slot, 1, 20, TODAY) != samples(slot, 2, 20, TODAY)


@pytest.mark.parametrize("slot", _SLOTS)
def test_sampled_sentences_are_understood(slot: Slot) -> None:
    asked = question(slot)
    wrong = [
        (sample.sentence, sample.value, result["value"])
        for sample in samples(slot, 9, 120, TODAY)
        if (result := parse_result(asked, understand(asked, n_best(sample.sentence))))["value"]
        != sample.value
    ]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("slot", "names"), [(Slot.DOCTOR, DOCTORS), (Slot.CHOICE, offered().names)]
)
def test_sampled_names_and_choices_are_understood(slot: Slot, names: tuple[str, ...]) -> None:
    asked = question(slot)
    found = samples(slot, 9, 60, TODAY, names)
    assert {sample.value for sample in found} <= set(names)
    wrong = [
        (sample.sentence, sample.value, result["value"])
        for sample in found
        if (result := parse_result(asked, understand(asked, n_best(sample.sentence))))["value"]
        != sample.value
    ]
    assert not wrong


@pytest.mark.parametrize("slot", [s for s in _SLOTS if s is not Slot.ID_NUMBER])
def test_a_wording_means_one_value_only(slot: Slot) -> None:
    means: dict[str, object] = {}
    for wording in wordings(slot, TODAY):
        assert means.setdefault(wording.said, wording.value) == wording.value


def test_there_are_no_wordings_for_a_number() -> None:
    with pytest.raises(KeyError):
        list(wordings(Slot.ID_NUMBER, TODAY))


def test_a_misheard_text_sounds_the_same() -> None:
    text = misheard("鼓楼医院", random.Random(3), 0)
    assert text != "鼓楼医院"
    assert [r[0] for r in readings_of(text)] == ["gu", "lou", "yi", "yuan"]


def test_invented_numbers_are_valid() -> None:
    rng = random.Random(1)
    assert all(is_valid(random_id_number(rng, TODAY), TODAY) for _ in range(50))
