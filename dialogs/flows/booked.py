"""The booking stands: the code twice, slowly, and goodbye."""

from __future__ import annotations

from dialogs import spoken
from dialogs.commands import HangUp
from dialogs.events import Booked
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.state import Step
from dialogs.turn import Turn


def booked(turn: Turn, event: Booked) -> None:
    """The outcome is written before anything is said: a hang-up loses nothing."""
    after = turn.state.person_after_confirm
    turn.set(booked=True, hold=None)
    turn.conclude(Outcome.BOOKED, Reason.COMPLETED)
    if turn.state.hung_up:
        turn.go(Step.ENDED)
        return
    turn.say("booked", barge_in=False, code=spoken.code(event.booking.code))
    if after is not None:
        to_person(turn, after, "booked_then_person")
        return
    turn.say("booked_goodbye", barge_in=False)
    turn.go(Step.ENDED, HangUp())
