"""不知道挂什么科: the caller is asked what is wrong; 不知道去哪家好, 哪个医生好, 不晓得哪天: those
that there are, are offered. What to have is the caller's to say (no diagnosis, no recommendation
beyond who has the department)."""

from __future__ import annotations

from dialogs.clinics import doctors_in_question
from dialogs.flows import filling
from dialogs.offers import name_offer
from dialogs.questions import ask
from dialogs.searching import find_alternatives
from dialogs.slots import fill, read
from dialogs.state import Filling, OfferKind, State, Step, likely_hospitals
from dialogs.turn import Turn
from grammars.meaning import DateWish, Slot, Task, Understanding

_AT = (Step.TASK, Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR, Step.DATE)


def slot_in(state: State, heard: Understanding) -> Slot | None:
    """The slot that the caller asks us about; None where it was named after all, or where it was
    asked about before."""
    own = [each for each in heard.unsure if each.value.value == state.step.value]
    best = next(iter(own or heard.unsure), None)  # 不晓得 alone is about what was asked
    if state.step not in _AT or best is None:
        return None
    if best.confidence < state.policy.thresholds.task.accept or heard.topic:
        return None
    if Slot.DOCTOR in (best.value, state.step.value):
        return best.value if _doctors_can_be_offered(state, best.value) else None
    if Slot.DATE in (best.value, state.step.value):
        return best.value if best.value.value == state.step.value and not heard.date else None
    if best.value is Slot.DEPARTMENT:
        known = bool(heard.department or state.wish.department) or state.asks_what_is_wrong
    else:
        known = bool(heard.hospital or state.wish.hospital)
    return None if known else best.value


def _doctors_can_be_offered(state: State, slot: Slot) -> bool:
    """Only where a doctor is asked for, and there are some."""
    at_the_question = slot is Slot.DOCTOR and state.step is Step.DOCTOR
    return at_the_question and bool(doctors_in_question(state))


def help_with(turn: Turn, slot: Slot, heard: Understanding) -> None:
    """Take what else was said, then ask in a way that can be answered."""
    also = read(turn.state, heard).sure
    if also:
        filling.accept(turn, also)
    if slot is Slot.DEPARTMENT:
        ask_what_is_wrong(turn)
    elif slot is Slot.DATE and turn.wish.doctor is not None:
        fill(turn, Filling(date=DateWish(earliest=True)))  # of that doctor
        turn.decide()
    elif slot is Slot.DATE and turn.state.window is None:
        turn.decide()  # another hospital was named: its days are not known yet
    elif slot is Slot.DATE:
        find_alternatives(turn)
    elif slot is Slot.DOCTOR:
        name_offer(turn, OfferKind.DOCTORS, doctors_in_question(turn.state))
        ask(turn)
    else:
        turn.set(task=turn.state.task or Task.BOOK)
        names = [hospital.name for hospital in likely_hospitals(turn.state)]
        name_offer(turn, OfferKind.HOSPITALS, names)
        ask(turn)


def ask_what_is_wrong(turn: Turn) -> None:
    """Who does not know the department, or says 随便, knows where it hurts."""
    turn.set(task=turn.state.task or Task.BOOK, asks_what_is_wrong=True)
    turn.go(Step.DEPARTMENT)
    ask(turn)
