"""Taking slot values, whichever question they answer: over-answering and corrections alike."""

from __future__ import annotations

from collections.abc import Sequence

from booking_client.types import Department, Doctor
from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.offers import name_offer
from dialogs.questions import ask
from dialogs.repair import Fault, ask_next
from dialogs.slots import Reading, fill, read
from dialogs.state import Check, CheckKind, Filling, Step
from dialogs.turn import Turn
from grammars.meaning import Understanding


def take(turn: Turn, heard: Understanding) -> bool:
    """Act on the slot values of `heard`; False (and nothing done) where there are none."""
    return take_reading(turn, read(turn.state, heard))


def take_reading(turn: Turn, reading: Reading) -> bool:
    # Once a value is taken, the agenda knows better than this question where to go on.
    asked_at = Step.DECIDE if reading.sure else turn.state.step
    if reading.sure:
        accept(turn, reading.sure)
        turn.decide()
    if reading.several is not None:
        if reading.several.so_called:
            turn.say("several_so_called")
        elif not reading.several.all_named:
            turn.say_fault(Fault.SEVERAL.value)
        name_offer(turn, reading.several.kind, reading.several.names)
        ask(turn)
    elif reading.doubtful:
        check(turn, reading.doubtful, asked_at, by_complaint=reading.by_complaint)
    return bool(reading)


def accept(turn: Turn, new: Filling) -> None:
    """Take values and say them back."""
    fill(turn, new)
    acknowledge(turn, new)


def check(turn: Turn, doubtful: Filling, asked_at: Step, *, by_complaint: bool = False) -> None:
    """Ask a middling value back: yes or no. A department that a complaint points to is offered
    as a question, never as what the caller is said to have."""
    only_department = doubtful == Filling(department=doubtful.department)
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    question = Check(
        CheckKind.VALUES, asked_at, doubtful, by_complaint=by_complaint and only_department
    )
    turn.set(check=question, strikes=strikes)
    turn.go(Step.CHECK)
    ask_next(turn)


def acknowledge(turn: Turn, taken: Filling) -> None:
    """Say back what was taken, so that a mistake can be put right at once. The date is said when
    the place is held."""
    values: tuple[Fragment, ...] = ()
    slots = frozenset[str]()
    if taken.hospital is not None:
        values += spoken.hospital(taken.hospital)
        slots |= {"hospital"}
    if taken.department is not None and not _is_missing(taken.department, turn.state.departments):
        values += spoken.department(taken.department)
        slots |= {"department"}
    if taken.doctor is not None and not _is_missing(taken.doctor, turn.state.doctors):
        values += spoken.doctor(taken.doctor)
        slots |= {"doctor"}
    if taken.clinic is not None:
        values += spoken.words(turn.state.wording.clinics[taken.clinic])
    if values:
        turn.say("ack", values=values)
        turn.set(acknowledged=turn.state.acknowledged | slots)


def _is_missing(name: str, listed: Sequence[Department] | Sequence[Doctor] | None) -> bool:
    """Known not to be there, which will be said next."""
    return listed is not None and all(each.name != name for each in listed)
