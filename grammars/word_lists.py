"""Closed lists of what answers a question that is not about names: yes and no, commands, tasks,
days. Each entry is a value of the slot with everything the data knows to say for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

from grammars.closed_list import ClosedList
from grammars.data_files import dates_data
from grammars.meaning import Answer, Candidate, Command, DateWish, Period, Slot, Task
from grammars.question import Question
from grammars.sampler import wordings

_HESITANT = "嗯"  # what most hesitate with before they contradict
_SHORT_NO = 3  # syllables


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A closed list and what its names stand for."""

    names: ClosedList
    values: dict[str, Hashable]


def answer_list(question: Question) -> AnswerList | None:
    """The list that answers this question; None for an ID number and for a list that is missing."""
    named = {
        Slot.HOSPITAL: question.hospitals,
        Slot.DEPARTMENT: question.departments,
        Slot.DOCTOR: question.doctors,
        Slot.CHOICE: question.choices,
    }
    if question.expect in named:
        names = named[question.expect]
        return None if names is None else AnswerList(names, {})
    if question.expect in (Slot.CONFIRM, Slot.COMMAND, Slot.TASK):
        return _words(question.expect, dt.date.min)
    return _words(Slot.DATE, question.today) if question.expect is Slot.DATE else None


def value_of(answers: AnswerList, name: str) -> Hashable:
    return answers.values.get(name, name)


@lru_cache(maxsize=8)
def _words(slot: Slot, today: dt.date) -> AnswerList:
    said: dict[str, list[str]] = {}
    values: dict[str, Hashable] = {}
    for wording in wordings(slot, today):
        if not wording.alone:
            name = str(wording.value)
            said.setdefault(name, []).append(wording.said)
            values[name] = _value(slot, wording.value)
    if slot is Slot.CONFIRM:  # 嗯，有错 is heard as 没有错, which no 有错 alone would rival
        no = Answer.NO.value
        said[no] += [_HESITANT + word for word in said[no] if len(word) <= _SHORT_NO]
    if slot is Slot.DATE:  # 晚上 in answer to which day names none, and is a rival of 今儿晚上
        for period, words in dates_data().periods.items():
            name = period.value
            said[name] = list(words)
            values[name] = DateWish(period=period)
    entries = (Candidate(name, tuple(phrases)) for name, phrases in said.items())
    return AnswerList(ClosedList(entries, words=True), values)


def _value(slot: Slot, value: object) -> Hashable:
    if isinstance(value, dict):
        day, period = value["date"], value["session"]
        return DateWish(
            dt.date.fromisoformat(day) if day else None, Period(period) if period else None
        )
    kinds = {Slot.CONFIRM: Answer, Slot.COMMAND: Command, Slot.TASK: Task}
    return kinds[slot](str(value))
