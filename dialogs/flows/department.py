"""Which department of the hospital; what to do where the hospital has none of that name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from booking_client.types import Department
from dialogs import spoken
from dialogs.events import Heard
from dialogs.flows import filling, unsure
from dialogs.offers import hospitals_offer, name_offer
from dialogs.questions import ask
from dialogs.repair import missed_too_often, misunderstood
from dialogs.state import OfferKind, State, Step
from dialogs.turn import Turn

_LIKE_ENOUGH = 0.3


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    if filling.take(turn, said):
        return
    if said.no_preference and not turn.state.asks_what_is_wrong:
        unsure.ask_what_is_wrong(turn)
    else:
        misunderstood(turn, event)


def is_missing_here(state: State) -> bool:
    """The caller named a department that this hospital does not have."""
    names = {department.name for department in state.departments or ()}
    return state.wish.department is not None and state.wish.department not in names


def offer_nearest(turn: Turn) -> None:
    """Say so, and offer hospitals that have it; where none has, what is called alike here."""
    wanted = turn.wish.department or ""
    turn.say("not_here", department=spoken.department(wanted))
    turn.set(wish=replace(turn.wish, department=None, doctor=None))
    if missed_too_often(turn):
        return
    having = turn.state.hospitals_with.get(wanted, ())
    names = _alike(wanted, turn.state.departments or ())
    if having:
        hospitals_offer(turn, wanted, having)
    elif names:
        name_offer(turn, OfferKind.DEPARTMENTS, names)
    else:
        turn.go(Step.DEPARTMENT)
    ask(turn)


def only_one(state: State) -> bool:
    return state.wish.department is None and len(state.departments or ()) == 1


def take_only_one(turn: Turn) -> None:
    """A hospital of one department needs no question."""
    (department,) = turn.state.departments or ()
    turn.set(wish=replace(turn.wish, department=department.name))
    turn.decide()


def _alike(wanted: str, departments: Sequence[Department]) -> list[str]:
    """Names by likeness, best first; 科 alone says nothing."""
    scored = [
        (SequenceMatcher(None, wanted.rstrip("科"), each.name.rstrip("科")).ratio(), each.name)
        for each in departments
    ]
    best = sorted(scored, key=lambda pair: -pair[0])
    return [name for likeness, name in best if likeness >= _LIKE_ENOUGH]
