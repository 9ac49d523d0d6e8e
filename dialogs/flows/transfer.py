"""Handing the call to a person, and what is done where none comes: a call-back is offered.

Who has been rung for in vain, or is closed, is not rung for again in the same call. A held
place is kept for the person.
"""

from __future__ import annotations

from dialogs.commands import HangUp, KeepStatement, ReleaseHold, Transfer
from dialogs.events import TransferEnded
from dialogs.flows.farewell import end_without_text
from dialogs.handover import handover_of
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.state import CALLING_BACK, GIVING_A_NUMBER, Step
from dialogs.stated import say_ticket_stands, ticket_for
from dialogs.turn import Turn

# What is said before the transfer; a flow may have said more.
_SAID = {
    Reason.CALLER_ASKED: "person_caller_asked",
    Reason.KEY_ZERO: "person_caller_asked",
    Reason.TWO_STRIKES: "person_two_strikes",
    Reason.NOTHING_SUITS: "person_nothing_suits",
    Reason.NOT_HANDLED: "person_not_handled",
    Reason.CRISIS: "person_crisis",
    Reason.DANGER: "person_danger",
    Reason.CORE_UNAVAILABLE: "person_core_unavailable",
    Reason.RECOGNISER_FAILED: "person_recogniser_failed",
    Reason.TIME_LIMIT: "person_time_limit",
    Reason.TAKEN_OVER: "person_caller_asked",
    Reason.BOOKING_REFUSED: "person_booking_refused",
    Reason.NOT_IDENTIFIED: "person_not_identified",
}
_MOST_ASKED = 2
# Reasons to give up asking for a mobile number; the booking stands.
_ASKED_FOR = frozenset({Reason.CALLER_ASKED, Reason.KEY_ZERO})
_NOT_WORTH_A_PERSON = frozenset(
    {Reason.TWO_STRIKES, Reason.TIME_LIMIT, Reason.RECOGNISER_FAILED, Reason.CORE_UNAVAILABLE}
)


def to_person(turn: Turn, reason: Reason, statement: str | None = None) -> None:
    """Say why, write the outcome, transfer. What was achieved before counts."""
    state = turn.state
    if state.text is not None and state.step in GIVING_A_NUMBER and reason in _NOT_WORTH_A_PERSON:
        end_without_text(turn)
        return
    if state.operators_out is None and not operators_are_there(turn):
        turn.set(operators_out=Reason.OPERATORS_CLOSED)
    turn.set(wanted_person=reason, text=None)
    ticket = ticket_for(turn)
    if ticket is not None and turn.state.operators_out is not None and not state.danger:
        turn.go(Step.OPENING_TICKET, ticket)  # the caller hears its number
        return
    if ticket is not None:
        turn.do(KeepStatement(ticket))
    if turn.state.operators_out is not None:
        _nobody_there(turn)
        return
    turn.say(statement or _SAID[reason])
    turn.conclude(Outcome.TRANSFERRED, reason)
    turn.go(Step.TRANSFERRED, Transfer(reason, handover_of(state)))


def operators_are_there(turn: Turn) -> bool:
    """They are open and were not rung for in vain."""
    state = turn.state
    return state.operators_out is None and state.policy.operators.hours.open_at(turn.at)


def to_person_in_danger(turn: Turn) -> None:
    """Danger signs: 120 is said first, then a person comes."""
    turn.set(danger=True)
    to_person(turn, Reason.DANGER)


def ended(turn: Turn, event: TransferEnded) -> None:
    """The queue gave the call back."""
    if event.answered:
        turn.go(Step.ENDED, HangUp())
        return
    turn.set(operators_out=Reason.QUEUE_UNANSWERED)
    _nobody_there(turn)


def give_up(turn: Turn) -> None:
    """Nobody is there, and no call-back was agreed: say so and end the call."""
    out = turn.state.operators_out or Reason.QUEUE_UNANSWERED
    turn.conclude(Outcome.FAILED, out)
    if turn.state.danger:
        turn.say("queue_unanswered_danger")
    elif turn.state.crisis:
        turn.say("queue_unanswered_crisis")
    elif turn.state.ticket:
        say_ticket_stands(turn)
    else:
        closed = out is Reason.OPERATORS_CLOSED
        turn.say("call_again_later" if closed else "queue_unanswered")
    turn.go(Step.ENDED, HangUp())


def _nobody_there(turn: Turn) -> None:
    state = turn.state
    if state.hold is not None:
        turn.do(ReleaseHold(state.hold.id))
        turn.set(hold=None)
    out = state.operators_out or Reason.QUEUE_UNANSWERED
    if state.step in CALLING_BACK and state.wanted_person in _ASKED_FOR and not _insists(turn):
        turn.say("operators_closed" if out is Reason.OPERATORS_CLOSED else "operators_busy")
        ask(turn)
        return
    # A ticket is called back about: no second call-back is agreed for it.
    if state.danger or state.crisis or state.ticket or state.step in CALLING_BACK:
        give_up(turn)
        return
    # Who hangs up instead of answering has not been helped.
    turn.conclude(Outcome.FAILED, out)
    turn.set(waiting_since=None, strikes={}, steering=0, check=None, phone_digits="", phone="")
    turn.say("operators_closed" if out is Reason.OPERATORS_CLOSED else "operators_busy")
    turn.go(Step.CALLBACK)
    ask(turn)


def _insists(turn: Turn) -> bool:
    """Who asks for a person while a call-back is offered hears once more that none is there."""
    step = turn.state.step
    count = turn.state.strikes.get(step, 0) + 1
    turn.set(strikes={**turn.state.strikes, step: count})
    return count > _MOST_ASKED
