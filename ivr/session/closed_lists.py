"""The closed lists of a question: which hospitals, departments, doctors, choices it may name.

Built once per list and kept; a list holds canonical names of the catalogue plus
what people call them (the grammars' data).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from booking_client.interface import BookingCore
from booking_client.types import Hospital
from dialogs.commands import Listen
from grammars.closed_list import ClosedList
from grammars.completeness import completeness
from grammars.doctor_names import doctor_candidates
from grammars.fillers import words_around
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import PRIVATE_SLOTS, Candidate, Hypothesis, Slot
from grammars.question import Question
from grammars.understand import understand, warm_up
from grammars.word_lists import answer_list
from ivr.ports import Hint

_KEPT_DOCTOR_LISTS = 256
_WITHOUT_LIST = PRIVATE_SLOTS | {Slot.STATEMENT}


class ClosedLists:
    """Shared by all calls of an agent; `load` reads the catalogue once."""

    def __init__(self, core: BookingCore) -> None:
        self._core = core
        self.hospitals: tuple[Hospital, ...] = ()
        self.hospitals_with: dict[str, tuple[str, ...]] = {}  # by department
        self._hospital_list = ClosedList(())
        self._department_lists: dict[str | None, ClosedList] = {}
        self._doctor_lists: OrderedDict[tuple[str, str | None], ClosedList] = OrderedDict()
        self._aliases = {c.name: c.aliases for c in department_candidates()}

    async def load(self) -> None:
        self.hospitals = tuple(await self._core.hospitals())
        colloquial = {c.name: c.aliases for c in hospital_candidates()}
        self._hospital_list = ClosedList(
            Candidate(h.name, _merged(h.aliases, colloquial.get(h.name, ())))
            for h in self.hospitals
        )
        everywhere: dict[str, Candidate] = {}
        self.hospitals_with = {}
        for hospital in self.hospitals:
            here = [
                Candidate(d.name, _merged(d.aliases, self._aliases.get(d.name, ())))
                for d in await self._core.departments(hospital.name)
            ]
            # Hospitals with the same departments share one list: it holds pinyin and costs memory.
            everywhere.update((c.name, c) for c in here)
            for candidate in here:
                having = self.hospitals_with.get(candidate.name, ())
                self.hospitals_with[candidate.name] = (*having, hospital.name)
            self._department_lists[hospital.name] = self._shared_list(here)
        self._department_lists[None] = ClosedList(everywhere.values())
        await asyncio.to_thread(self._warm)

    def _warm(self) -> None:
        """The first use of each grammar loads its data (a second or two): not in a call."""
        warm_up()
        today = dt.date(2021, 2, 1)
        for slot in Slot:
            question = Question(slot, today, self._hospital_list, self._department_lists[None])
            heard = understand(question, (Hypothesis("不是明天是后天上午", 1.0),))
            completeness(question, heard, heard.text)
            hint_of(question)

    def _shared_list(self, candidates: Sequence[Candidate]) -> ClosedList:
        names = tuple(c.name for c in candidates)
        for known in self._department_lists.values():
            if tuple(known.names) == names:
                return known
        return ClosedList(candidates)

    async def question(self, listen: Listen, today: dt.date) -> Question:
        """The question that `listen` asks, with the lists that can answer it."""
        doctors = None
        if listen.hospital is not None and listen.department is not None:
            doctors = await self._doctors(listen.hospital, listen.department)
        return Question(
            expect=listen.expect,
            today=today,
            hospitals=self._hospital_list,
            departments=self._department_lists.get(
                listen.hospital, self._department_lists.get(None)
            ),
            doctors=doctors,
            choices=ClosedList(listen.choices) if listen.choices else None,
            id_so_far=listen.id_so_far,
            id_wrong=listen.id_wrong,
        )

    async def _doctors(self, hospital: str, department: str) -> ClosedList:
        key = (hospital, department)
        if key in self._doctor_lists:
            self._doctor_lists.move_to_end(key)
            return self._doctor_lists[key]
        doctors = await self._core.doctors(hospital, department)
        made = ClosedList(doctor_candidates(d.name for d in doctors))
        self._doctor_lists[key] = made
        while len(self._doctor_lists) > _KEPT_DOCTOR_LISTS:
            self._doctor_lists.popitem(last=False)
        return made


def hint_of(question: Question) -> Hint:
    """What the recogniser may know of this question.

    Callers say more than they were asked, so every list is in the grammar. There is none for
    an ID number or a code, which no list holds, and for a statement, which is free speech.
    """
    offered = question.choices.names if question.choices is not None else ()
    return Hint(
        slot=question.expect,
        phrases=offered if question.expect is Slot.CHOICE else (),
        grammar=() if question.expect in _WITHOUT_LIST else _everything_said(question),
    )


@lru_cache(maxsize=64)
def _everything_said(question: Question) -> tuple[str, ...]:
    lists = (answer_list(replace(question, expect=slot)) for slot in Slot)
    said = (answers.names.phrases for answers in lists if answers is not None)
    return tuple(dict.fromkeys((*words_around(), *chain.from_iterable(said))))


def _merged(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
