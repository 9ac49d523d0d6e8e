"""The repair ladder: the first fault puts the question another way, with choices; the second
offers the keypad where keys can answer, or a person; after that always a person."""

from __future__ import annotations

from enum import StrEnum

from dialogs import spoken
from dialogs.flows.transfer import to_person
from dialogs.offers import name_offer
from dialogs.outcomes import Reason
from dialogs.questions import Manner, ask, can_be_keyed
from dialogs.searching import find_alternatives
from dialogs.slots import near_misses
from dialogs.state import OfferKind, Step
from dialogs.turn import Turn
from grammars.meaning import Understanding


class Fault(StrEnum):
    """Keys of the wording's faults."""

    NO_MATCH = "no_match"
    NO_INPUT = "no_input"
    NOISE = "noise"
    WRONG_KEY = "wrong_key"
    MURMUR = "murmur"
    ID_WRONG = "id_wrong"
    SAID_NO = "said_no"


_NAMES_ASKED = {
    Step.HOSPITAL: OfferKind.HOSPITALS,
    Step.DEPARTMENT: OfferKind.DEPARTMENTS,
    Step.DOCTOR: OfferKind.DOCTORS,
}


def strike(turn: Turn, fault: Fault | None, heard: Understanding | None = None) -> None:
    """Count a fault against the current question and take the next rung.

    `fault` None: the flow has said itself what was wrong. `heard` lets the first
    rung offer the names that were nearly understood.
    """
    step = turn.state.step
    count = turn.state.strikes.get(step, 0) + 1
    turn.set(strikes={**turn.state.strikes, step: count}, steering=0)
    keyed = can_be_keyed(turn.state)
    if count > 2 or (count == 2 and not keyed and step is not Step.DATE):
        to_person(turn, Reason.TWO_STRIKES)
        return
    if fault is not None:
        turn.say_fault(fault.value)
    if count == 2 and step is Step.DATE:
        # Days cannot be keyed, but a choice of free sessions can.
        find_alternatives(turn)
        return
    if step is Step.ID_NUMBER and turn.state.id_digits:
        turn.say("id_so_far", digits=spoken.id_digits(turn.state.id_digits[-4:]))
    if count == 1 and heard is not None and step in _NAMES_ASKED:
        names = near_misses(turn.state, _NAMES_ASKED[step], heard)
        if len(names) > 1:
            name_offer(turn, _NAMES_ASKED[step], names)
            ask(turn)
            return
    ask(turn, Manner.STRIKE if count == 1 else Manner.KEYPAD)


def missed_too_often(turn: Turn) -> bool:
    """Count a wish that was understood but cannot be had; after the third a person helps, and
    True is returned. A held place clears the count."""
    misses = turn.state.misses + 1
    turn.set(misses=misses)
    if misses <= 2:
        return False
    to_person(turn, Reason.TWO_STRIKES)
    return True
