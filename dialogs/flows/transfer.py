"""Handing the call to a person, and what happens when nobody answers. A held place is kept."""

from __future__ import annotations

from dialogs.commands import HangUp, ReleaseHold, Transfer
from dialogs.events import TransferEnded
from dialogs.outcomes import Outcome, Reason
from dialogs.state import Step
from dialogs.turn import Turn

# What is said before the transfer; a flow may have said more.
_SAID = {
    Reason.CALLER_ASKED: "person_caller_asked",
    Reason.KEY_ZERO: "person_caller_asked",
    Reason.TWO_STRIKES: "person_two_strikes",
    Reason.NOT_HANDLED: "person_not_handled",
    Reason.CRISIS: "person_crisis",
    Reason.DANGER: "person_danger",
    Reason.CORE_UNAVAILABLE: "person_core_unavailable",
    Reason.RECOGNISER_FAILED: "person_recogniser_failed",
    Reason.TIME_LIMIT: "person_time_limit",
    Reason.BOOKING_REFUSED: "person_booking_refused",
    Reason.NOT_IDENTIFIED: "person_not_identified",
}


def to_person(turn: Turn, reason: Reason, statement: str | None = None) -> None:
    """Say why, write the outcome, transfer. What was achieved before counts."""
    turn.say(statement or _SAID[reason])
    turn.conclude(turn.state.achieved or Outcome.TRANSFERRED, reason)
    turn.go(Step.TRANSFERRED, Transfer(reason))


def to_person_in_crisis(turn: Turn) -> None:
    """Words of despair leave every script at once."""
    turn.set(crisis=True)
    to_person(turn, Reason.CRISIS)


def to_person_in_danger(turn: Turn) -> None:
    """Danger signs: 120 is said first, then a person comes."""
    turn.set(danger=True)
    to_person(turn, Reason.DANGER)


def ended(turn: Turn, event: TransferEnded) -> None:
    """The queue gave the call back."""
    if event.answered:
        turn.go(Step.ENDED, HangUp())
        return
    if turn.state.hold is not None:
        turn.do(ReleaseHold(turn.state.hold.id))
        turn.set(hold=None)
    outcome = turn.state.achieved or Outcome.FAILED
    turn.conclude(outcome, Reason.QUEUE_UNANSWERED)
    if turn.state.danger:
        turn.say("queue_unanswered_danger")
    else:
        turn.say("queue_unanswered_crisis" if turn.state.crisis else "queue_unanswered")
    turn.go(Step.ENDED, HangUp())
