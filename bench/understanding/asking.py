"""The question that an utterance answers, with the lists of the platform."""

from __future__ import annotations

from functools import cache

from bench.corpus.doctors import doctor_list
from bench.corpus.utterances import TODAY, Utterance
from grammars.closed_list import ClosedList
from grammars.doctor_names import doctor_candidates
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Slot
from grammars.question import Question
from ivr.ports import Hint
from ivr.session.closed_lists import hint_of

DOCTOR_LISTS = (30, 200, 2000)


@cache
def hospitals() -> ClosedList:
    return ClosedList(hospital_candidates())


@cache
def departments() -> ClosedList:
    return ClosedList(department_candidates())


def question_for(slot: Slot, doctors: ClosedList | None = None) -> Question:
    return Question(slot, TODAY, hospitals=hospitals(), departments=departments(), doctors=doctors)


def question_of(utterance: Utterance, doctors: int = DOCTOR_LISTS[0]) -> Question:
    """`doctors`: how many names the list has in which an utterance's doctor is looked for."""
    if utterance.slot is not Slot.DOCTOR:
        return question_for(utterance.slot)
    names = doctor_list(str(utterance.value), doctors)
    return question_for(Slot.DOCTOR, ClosedList(doctor_candidates(names)))


def choosing(names: tuple[str, ...]) -> Question:
    """One of these words: the closed set of recorded words."""
    return Question(Slot.CHOICE, TODAY, choices=_choices(names))


@cache
def _choices(names: tuple[str, ...]) -> ClosedList:
    return ClosedList(Candidate(name) for name in names)


def hint(question: Question) -> Hint:
    return hint_of(question)
