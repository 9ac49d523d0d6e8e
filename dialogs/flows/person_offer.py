"""A person is offered: who wants none is asked for anything else."""

from __future__ import annotations

from dialogs.flows.ending import ask_anything_else
from dialogs.flows.transfer import operators_are_there, to_person
from dialogs.outcomes import Reason
from dialogs.questions import ask
from dialogs.state import Check, CheckKind, Step
from dialogs.turn import Turn


def offer(turn: Turn) -> None:
    """Where a person is there; who asks for one though none is, is told so."""
    if not operators_are_there(turn):
        ask_anything_else(turn)
        return
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    turn.set(check=Check(CheckKind.PERSON, Step.ANYTHING_ELSE), strikes=strikes)
    turn.go(Step.CHECK)
    ask(turn)


def accepted(turn: Turn) -> None:
    to_person(turn, Reason.CALLER_ASKED)


def declined(turn: Turn) -> None:
    ask_anything_else(turn)
