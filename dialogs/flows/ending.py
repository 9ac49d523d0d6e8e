"""Goodbye without a booking: the caller wants to stop, or hangs up."""

from __future__ import annotations

from dialogs.commands import HangUp, ReleaseHold
from dialogs.flows import texting
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.state import CARRYING_OUT, OVER, Check, CheckKind, Step
from dialogs.stated import say_ticket_stands, ticket_for
from dialogs.turn import Turn


def ask_whether_to_end(turn: Turn) -> None:
    """A stray # or a doubtful 不约了 must not cost the caller the call."""
    asked_at = turn.state.step
    if asked_at is Step.ANYTHING_ELSE:
        farewell(turn)
        return
    if asked_at is Step.CHECK and turn.state.check is not None:
        asked_at = turn.state.check.asked_at
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    turn.set(check=Check(CheckKind.END, asked_at), strikes=strikes)
    turn.go(Step.CHECK)
    ask(turn)


def end_or_ask(turn: Turn) -> None:
    """再见: the end where the booking is made or the end was just asked about; else it is asked."""
    check = turn.state.check
    asked = turn.state.step is Step.CHECK and check is not None and check.kind is CheckKind.END
    if turn.state.booked:
        goodbye_booked(turn)
    elif asked:
        goodbye(turn)
    else:
        ask_whether_to_end(turn)


def goodbye_booked(turn: Turn) -> None:
    """A place that was held for a further booking is given back."""
    release(turn)
    turn.say("booked_goodbye", barge_in=False)
    turn.go(Step.ENDED, HangUp())


def ask_anything_else(turn: Turn) -> None:
    """What the caller wanted is done."""
    turn.set(strikes={}, steering=0, offer=None, check=None)
    turn.go(Step.ANYTHING_ELSE)
    ask(turn)


def farewell(turn: Turn) -> None:
    """The caller has what they wanted; the outcome is written."""
    if turn.state.text is not None:
        texting.offer(turn, "farewell")
        return
    if turn.state.achieved is Outcome.TICKET:
        say_ticket_stands(turn)
    else:
        turn.say("farewell")
    turn.go(Step.ENDED, HangUp())


def goodbye(turn: Turn) -> None:
    release(turn)
    ticket = ticket_for(turn)
    if ticket is not None:
        turn.go(Step.OPENING_TICKET, ticket)
        return
    decline(turn)
    turn.say("declined")
    turn.go(Step.ENDED, HangUp())


def decline(turn: Turn) -> None:
    """The caller does not want it; what was achieved before stands as it was written."""
    if turn.state.achieved is None:
        turn.conclude(Outcome.ABANDONED, Reason.CALLER_DECLINED)


def hung_up(turn: Turn) -> None:
    """A yes that is being carried out stands; a held place is given back, but not from a person
    who is about to use it."""
    if turn.state.hung_up:
        return
    turn.set(hung_up=True)
    step = turn.state.step
    if step in CARRYING_OUT:
        return
    if step not in OVER:
        release(turn)
    ticket = ticket_for(turn)
    if ticket is not None:
        turn.go(Step.OPENING_TICKET, ticket)
        return
    if not turn.state.concluded:
        turn.conclude(Outcome.ABANDONED, Reason.HUNG_UP)
    turn.go(Step.ENDED)


def release(turn: Turn) -> None:
    """Give a held place back."""
    if turn.state.hold is not None:
        turn.do(ReleaseHold(turn.state.hold.id))
        turn.set(hold=None)
