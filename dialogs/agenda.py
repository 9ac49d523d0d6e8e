"""What comes next: the first row that applies. Filling slots in any order, and correcting one,
both end here, so no flow knows which question follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogs.flows import date, department, doctor, hospital, name, read_back
from dialogs.questions import ask
from dialogs.searching import find_as_wished
from dialogs.slots import is_open
from dialogs.state import State, Step
from dialogs.turn import Turn


@dataclass(frozen=True, slots=True)
class Row:
    """`when` in words for the drawing; `leads_to` are the steps that `act` can stop at."""

    when: str
    applies: Callable[[State], bool]
    act: Callable[[Turn], None]
    leads_to: tuple[Step, ...]


def _asking(step: Step) -> Callable[[Turn], None]:
    def act(turn: Turn) -> None:
        turn.go(step)
        ask(turn)

    return act


AGENDA: tuple[Row, ...] = (
    Row(
        "no hospital",
        lambda state: state.wish.hospital is None,
        _asking(Step.HOSPITAL),
        (Step.HOSPITAL,),
    ),
    Row(
        "its departments not known yet",
        lambda state: state.departments is None,
        hospital.find_departments,
        (Step.FINDING_DEPARTMENTS,),
    ),
    Row(
        "department not at this hospital",
        department.is_missing_here,
        department.offer_nearest,
        (Step.OFFER, Step.DEPARTMENT, Step.TRANSFERRED),
    ),
    Row("only one department", department.only_one, department.take_only_one, (Step.DECIDE,)),
    Row(
        "no department",
        lambda state: state.wish.department is None,
        _asking(Step.DEPARTMENT),
        (Step.DEPARTMENT,),
    ),
    Row("its doctors not known yet", doctor.are_unknown, doctor.find, (Step.FINDING_DOCTORS,)),
    Row(
        "doctor not in this department",
        doctor.is_missing_here,
        doctor.say_missing,
        (Step.DECIDE, Step.TRANSFERRED),
    ),
    Row(
        "several doctors, none named, no day",
        doctor.is_open_question,
        _asking(Step.DOCTOR),
        (Step.DOCTOR,),
    ),
    Row("no day", lambda state: is_open(state.wish), _asking(Step.DATE), (Step.DATE,)),
    Row(
        "day outside the booking window",
        date.is_outside,
        date.say_window,
        (Step.DATE, Step.FINDING_ALTERNATIVES, Step.TRANSFERRED),
    ),
    Row(
        "no place held",
        lambda state: state.hold is None,
        find_as_wished,
        (Step.FINDING_SESSIONS,),
    ),
    Row(
        "no ID number",
        lambda state: not state.id_number,
        _asking(Step.ID_NUMBER),
        (Step.ID_NUMBER,),
    ),
    Row(
        "name not looked up",
        lambda state: state.name_known is None,
        name.look_up,
        (Step.LOOKING_UP_NAME,),
    ),
    Row("no name", lambda state: state.name is None, _asking(Step.NAME), (Step.NAME,)),
    Row("all known", lambda state: True, read_back.begin, (Step.READ_BACK,)),
)


def decide(turn: Turn) -> None:
    """Act on the first row that applies, until a question is put or the shell is asked."""
    # Each row that decides again has filled or emptied a slot for good; the bound is a guard.
    for _ in range(len(AGENDA)):
        if turn.state.step is not Step.DECIDE:
            return
        next(row for row in AGENDA if row.applies(turn.state)).act(turn)
    assert turn.state.step is not Step.DECIDE, "the agenda went round in a circle"
