"""The closed lists of a question: which hospitals, departments, doctors, choices it may name.

Built once per list and kept; a list holds canonical names of the catalogue plus
what people call them (the grammars' data).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from ivr.aliases.overlay import NO_ALIASES, Overlay
from ivr.ports import Hint

_KEPT_DOCTOR_LISTS = 256
_WITHOUT_LIST = PRIVATE_SLOTS | {Slot.STATEMENT}


@dataclass(frozen=True, slots=True)
class CatalogueNames:
    """What can be named, with everything that is said for it."""

    hospitals: tuple[Candidate, ...]
    departments: Mapping[str, tuple[Candidate, ...]]  # by hospital

    @property
    def everywhere(self) -> tuple[Candidate, ...]:
        """Every department once."""
        found = {c.name: c for here in self.departments.values() for c in here}
        return tuple(found.values())


async def catalogue_names(
    core: BookingCore, hospitals: Sequence[Hospital], aliases: Overlay = NO_ALIASES
) -> CatalogueNames:
    """The catalogue's names and aliases, those of the grammars' data, and `aliases`."""

    def known(slot: Slot, candidates: Iterable[Candidate]) -> dict[str, tuple[str, ...]]:
        found = {c.name: c.aliases for c in candidates}
        for name, added in aliases.get(slot, {}).items():
            found[name] = (*found.get(name, ()), *added)
        return found

    said_for = known(Slot.HOSPITAL, hospital_candidates())
    of_departments = known(Slot.DEPARTMENT, department_candidates())
    return CatalogueNames(
        tuple(Candidate(h.name, _merged(h.aliases, said_for.get(h.name, ()))) for h in hospitals),
        {
            hospital.name: tuple(
                Candidate(d.name, _merged(d.aliases, of_departments.get(d.name, ())))
                for d in await core.departments(hospital.name)
            )
            for hospital in hospitals
        },
    )


class ClosedLists:
    """Shared by all calls of an agent; `load` reads the catalogue once."""

    def __init__(self, core: BookingCore) -> None:
        self._core = core
        self.hospitals: tuple[Hospital, ...] = ()
        self.hospitals_with: dict[str, tuple[str, ...]] = {}  # by department
        self._hospital_list = ClosedList(())
        self._department_lists: dict[str | None, ClosedList] = {}
        self._doctor_lists: OrderedDict[tuple[str, str | None], ClosedList] = OrderedDict()

    async def load(self, aliases: Overlay = NO_ALIASES) -> None:
        """`aliases` are added to those of the catalogue and of the data files."""
        self.hospitals = tuple(await self._core.hospitals())
        await self.take(aliases)
        await asyncio.to_thread(self._warm)

    async def take(self, aliases: Overlay) -> None:
        """Other added aliases from the next question on. Raises CoreUnavailable."""
        names = await catalogue_names(self._core, self.hospitals, aliases)
        hospitals, departments = await asyncio.to_thread(_lists, names)
        having: dict[str, tuple[str, ...]] = {}
        for hospital, here in names.departments.items():
            for candidate in here:
                having[candidate.name] = (*having.get(candidate.name, ()), hospital)
        self.hospitals_with = having
        self._hospital_list, self._department_lists = hospitals, departments

    def _warm(self) -> None:
        """The first use of each grammar loads its data (a second or two): not in a call."""
        warm_up()
        today = dt.date(2021, 2, 1)
        for slot in Slot:
            question = Question(slot, today, self._hospital_list, self._department_lists[None])
            heard = understand(question, (Hypothesis("不是明天是后天上午", 1.0),))
            completeness(question, heard, heard.text)
            hint_of(question)

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


def _lists(names: CatalogueNames) -> tuple[ClosedList, dict[str | None, ClosedList]]:
    """The hospitals, and the departments by hospital (None: of all). Hospitals with the same
    departments share one list: it holds pinyin and costs memory."""
    shared: dict[tuple[str, ...], ClosedList] = {}
    departments: dict[str | None, ClosedList] = {}
    for hospital, here in names.departments.items():
        key = tuple(candidate.name for candidate in here)
        if key not in shared:
            shared[key] = ClosedList(here)
        departments[hospital] = shared[key]
    departments[None] = ClosedList(names.everywhere)
    return ClosedList(names.hospitals), departments


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
