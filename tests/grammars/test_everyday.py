"""Speech that is not for the line: television, family, small talk (everyday.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from datafiles import load_yaml
from grammars.meaning import Slot, Understanding
from tests.grammars.questions import understood

# From these confidences on the dialogue acts without asking back (dialogs/data/policy.yaml).
_ACTS_FROM = {
    Slot.TASK: 0.75,
    Slot.HOSPITAL: 0.75,
    Slot.DEPARTMENT: 0.75,
    Slot.DOCTOR: 0.75,
    Slot.DATE: 0.75,
    Slot.CONFIRM: 0.6,
    Slot.CHOICE: 0.65,
    Slot.TOPIC: 0.8,
    Slot.ID_NUMBER: 0.75,
}


class Everyday(BaseModel):
    model_config = ConfigDict(extra="forbid")
    known: tuple[str, ...]
    held_out: tuple[str, ...]


_EVERYDAY = load_yaml(Path(__file__).parent / "everyday.yaml", Everyday)


def _asked(sentences: tuple[str, ...]) -> Iterator[tuple[Slot, str, Understanding]]:
    for slot in _ACTS_FROM:
        for sentence in sentences:
            yield slot, sentence, _understood(slot, sentence)


@cache
def _understood(slot: Slot, sentence: str) -> Understanding:
    return understood(slot, sentence)


def _acted_on(slot: Slot, meaning: Understanding) -> bool:
    answer = getattr(meaning, slot.value)[:1]
    steered = bool(meaning.command) and meaning.command[0].confidence >= 0.6
    return steered or any(scored.confidence >= _ACTS_FROM[slot] for scored in answer)


def test_there_are_enough_sentences() -> None:
    assert len({*_EVERYDAY.known, *_EVERYDAY.held_out}) >= 150


@pytest.mark.parametrize("sentences", [_EVERYDAY.known, _EVERYDAY.held_out])
def test_fewer_than_one_in_a_hundred_is_taken_for_an_answer(sentences: tuple[str, ...]) -> None:
    asked = list(_asked(sentences))
    wrong = [(slot.value, sentence) for slot, sentence, m in asked if _acted_on(slot, m)]
    assert len(wrong) < 0.01 * len(asked), wrong


def test_none_is_a_yes_nor_a_cry_of_despair_nor_a_command() -> None:
    for sentence in (*_EVERYDAY.known, *_EVERYDAY.held_out):
        meaning = _understood(Slot.CONFIRM, sentence)
        assert all(scored.value != "yes" for scored in meaning.confirm), sentence
        assert not meaning.despair, sentence
        assert not meaning.danger, sentence
        assert not meaning.perhaps_danger, sentence
        assert not meaning.command or meaning.command[0].confidence < 0.6, sentence
