"""What comes next: the first row that applies of the task's table. Filling slots in any order, and
correcting one, both end here, so no flow knows which question follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dialogs.flows import (
    as_before,
    bookings,
    cancel,
    change,
    date,
    department,
    doctor,
    hospital,
    name,
    query,
    read_back,
    results,
)
from dialogs.repair import ask_next
from dialogs.searching import find_as_wished
from dialogs.slots import is_open
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Task


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
        ask_next(turn)

    return act


_WHERE: tuple[Row, ...] = (
    Row(
        "no hospital",
        lambda state: state.wish.hospital is None,
        _asking(Step.HOSPITAL),
        (Step.HOSPITAL, Step.TRANSFERRED),
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
        (Step.DEPARTMENT, Step.TRANSFERRED),
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
        (Step.DOCTOR, Step.TRANSFERRED),
    ),
    Row(
        "no day",
        lambda state: is_open(state.wish),
        _asking(Step.DATE),
        (Step.DATE, Step.TRANSFERRED),
    ),
    Row(
        "day outside the booking window",
        date.is_outside,
        date.say_window,
        (Step.DATE, Step.FINDING_ALTERNATIVES, Step.TRANSFERRED),
    ),
)


def _as_before(row: Row) -> Row:
    """The row, where the last booking is wanted again."""
    return replace(
        row,
        when=f"as last time, {row.when}",
        applies=lambda state: state.as_before and row.applies(state),
    )


_ID_NUMBER = Row(
    "no ID number",
    lambda state: not state.id_number,
    _asking(Step.ID_NUMBER),
    (Step.ID_NUMBER, Step.TRANSFERRED),
)

_WHO = (
    _ID_NUMBER,
    Row(
        "coming bookings not looked up",
        lambda state: state.coming is None,
        bookings.look_up,
        (Step.FINDING_BOOKINGS,),
    ),
    Row(
        "caller not proven to be the patient",
        lambda state: not state.identified,
        _asking(Step.PROOF),
        (Step.PROOF, Step.TRANSFERRED),
    ),
)

BOOKING = (
    *map(_as_before, _WHO),
    Row(
        "as last time, last booking not looked up",
        lambda state: state.as_before,
        as_before.look_up,
        (Step.FINDING_LAST_BOOKING,),
    ),
    *_WHERE,
    Row(
        "no place held",
        lambda state: state.hold is None,
        find_as_wished,
        (Step.FINDING_SESSIONS,),
    ),
    Row(
        "patient not known by ID number, nor by phone and last four",
        lambda state: not (state.id_number or state.last_four),
        _asking(Step.ID_NUMBER),
        (Step.ID_NUMBER, Step.TRANSFERRED),
    ),
    Row(
        "name not looked up",
        lambda state: not state.last_four and state.name_known is None,
        name.look_up,
        (Step.LOOKING_UP_NAME,),
    ),
    Row(
        "no name",
        lambda state: not state.last_four and state.name is None,
        _asking(Step.NAME),
        (Step.NAME, Step.TRANSFERRED),
    ),
    Row("all known", lambda state: True, read_back.begin, (Step.READ_BACK, Step.TRANSFERRED)),
)

_WHICH = (
    Row(
        "nothing booked",
        lambda state: not state.coming,
        bookings.say_none,
        (Step.ANYTHING_ELSE,),
    ),
    Row(
        "none of the bookings chosen",
        lambda state: state.chosen is None,
        bookings.choose,
        (Step.OFFER, Step.DECIDE),
    ),
)
QUERY = (*_WHO, _WHICH[0], Row("all known", lambda state: True, query.tell, (Step.ANYTHING_ELSE,)))
CANCEL = (
    *_WHO,
    *_WHICH,
    Row("all known", lambda state: True, cancel.begin, (Step.CANCEL_BACK, Step.TRANSFERRED)),
)
CHANGE = (
    *_WHO,
    *_WHICH,
    *_WHERE,
    Row(
        "no session chosen",
        lambda state: state.session is None,
        find_as_wished,
        (Step.FINDING_SESSIONS,),
    ),
    Row("all known", lambda state: True, change.begin, (Step.CHANGE_BACK, Step.TRANSFERRED)),
)
RESULTS = (
    *_WHO,
    Row("all known", lambda state: True, results.look_up, (Step.FINDING_REPORTS,)),
)

# By what the caller wants done; anything else is a booking.
AGENDAS: Mapping[Task, tuple[Row, ...]] = {
    Task.BOOK: BOOKING,
    Task.QUERY: QUERY,
    Task.CANCEL: CANCEL,
    Task.CHANGE: CHANGE,
    Task.RESULTS: RESULTS,
}
_MOST_ROWS = max(map(len, AGENDAS.values()))


def decide(turn: Turn) -> None:
    """Act on the first row that applies, until a question is put or the shell is asked."""
    # Each row that decides again has filled or emptied a slot for good; the bound is a guard.
    for _ in range(_MOST_ROWS):
        if turn.state.step is not Step.DECIDE:
            return
        rows = AGENDAS.get(turn.state.task or Task.BOOK, BOOKING)
        next(row for row in rows if row.applies(turn.state)).act(turn)
    assert turn.state.step is not Step.DECIDE, "the agenda went round in a circle"
