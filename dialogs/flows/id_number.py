"""The resident ID number: spoken in any grouping, keyed, or half and half.

Digits gather over turns. Spoken digits come checked and mended from the
grammar; a mended or doubtful number is read back in the grouping people use
(6-8-4). Keyed ones are checked here: * is X after 17 digits, else deletes one;
18 valid digits end by themselves.
"""

from __future__ import annotations

from booking_client.id_number import is_valid_id_number
from dialogs.events import Heard, KeyPressed
from dialogs.flows import filling
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.questions import ask, listen
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of, read
from dialogs.state import Check, CheckKind, Step
from dialogs.turn import Turn
from grammars.meaning import Answer

LENGTH = 18
_OLD_LENGTH = 15  # numbers issued before 1999; they have no check digit


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    best = next(iter(said.id_number), None)
    if said.restart:
        turn.set(id_digits="")
        if best is None:
            turn.say("id_restart")
            ask(turn)
            return
    if best is None or best.confidence < limits.id_number.confirm:
        reading = read(turn.state, said)
        if reading.sure and (best is None or not turn.state.id_digits):
            filling.take_reading(turn, reading)
            return
        no_number = answer_of(said, limits.confirm, limits.margin) is Answer.NO
        if no_number and not turn.state.id_digits:
            to_person(turn, Reason.NOT_HANDLED, "person_no_id_number")
        else:
            misunderstood(turn, event)
        return
    number = best.value
    if number.complete and not number.valid:
        _wrong(turn)
    elif number.complete:
        if number.mended or best.confidence < limits.id_number.accept:
            _read_back(turn, number.digits)
        else:
            accept(turn, number.digits)
    elif len(number.digits) > len(turn.state.id_digits):
        _gather(turn, number.digits)
        turn.say("id_more")
        listen(turn)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    """A key while digits have been entered, or the first digit."""
    digits = turn.state.id_digits
    if event.key == "#":
        _finish(turn)
        return
    if event.key != "*":
        digits += event.key
    elif len(digits) == LENGTH - 1:
        digits += "X"
    else:
        digits = digits[:-1]
    _gather(turn, digits)
    if len(digits) < LENGTH:
        listen(turn)
    elif is_valid_id_number(digits, event.at.date()):
        turn.set(id_keyed=True)
        accept(turn, digits)
    else:
        _wrong(turn)


def nothing_heard(turn: Turn, fault: Fault) -> None:
    if len(turn.state.id_digits) == _OLD_LENGTH:
        to_person(turn, Reason.NOT_HANDLED, "person_no_id_number")
    else:
        strike(turn, fault)


def accept(turn: Turn, digits: str) -> None:
    turn.set(id_number=digits, id_digits="", name=None, name_known=None, strikes={}, steering=0)
    turn.decide()


def _gather(turn: Turn, digits: str) -> None:
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.ID_NUMBER}
    turn.set(id_digits=digits, strikes=strikes, steering=0)


def _finish(turn: Turn) -> None:
    """The caller says by # that this is all."""
    if len(turn.state.id_digits) == _OLD_LENGTH:
        to_person(turn, Reason.NOT_HANDLED, "person_no_id_number")
        return
    turn.say("id_unfinished")
    strike(turn, None)


def _wrong(turn: Turn) -> None:
    """The check digit, the birth date or the province says that something was misheard."""
    turn.set(id_digits="")
    strike(turn, Fault.ID_WRONG)


def _read_back(turn: Turn, digits: str) -> None:
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    check = Check(CheckKind.ID_NUMBER, Step.ID_NUMBER, id_number=digits)
    turn.set(check=check, id_digits="", strikes=strikes)
    turn.go(Step.CHECK)
    ask(turn)
