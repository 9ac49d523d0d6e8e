"""老样子: hospital, department and doctor of the last booking.

A known telephone proves nothing, and where somebody goes to the doctor is as
personal as anything: so the caller first says who calls, as for a booking that exists, and then
the last booking of that patient counts, whatever telephone it was made from.
"""

from __future__ import annotations

from dialogs import spoken
from dialogs.commands import FindLastBooking
from dialogs.events import LastBookingFound
from dialogs.slots import fill
from dialogs.state import Filling, State, Step
from dialogs.turn import Turn
from grammars.meaning import Task, Understanding

_AT = (Step.TASK, Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR)


def is_wanted(state: State, said: Understanding) -> bool:
    """Not where 上次那个医生 is part of a complaint, or of a booking that exists."""
    least = state.policy.thresholds.task.confirm
    best = next((each.value for each in said.task if each.confidence >= least), Task.BOOK)
    books = best is Task.BOOK and state.task in (None, Task.BOOK)
    return said.as_before and state.step in _AT and books


def begin(turn: Turn) -> None:
    turn.set(as_before=True, task=Task.BOOK, strikes={}, steering=0)
    turn.decide()


def look_up(turn: Turn) -> None:
    turn.go(Step.FINDING_LAST_BOOKING, FindLastBooking(turn.state.id_number))


def found(turn: Turn, event: LastBookingFound) -> None:
    turn.set(as_before=False)
    if event.booking is None:
        turn.say("never_booked")
    else:
        session = event.booking.session
        turn.say(
            "as_before",
            place=spoken.place(session, turn.state.hospitals),
            department=spoken.department(session.department),
            doctor=spoken.doctor(session.doctor),
        )
        any_doctor = session.doctor is None
        fill(turn, Filling(session.hospital, session.department, session.doctor, any_doctor))
    turn.decide()
