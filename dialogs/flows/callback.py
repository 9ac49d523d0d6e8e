"""A call-back instead of a person who is not there: offered, agreed with number and time, and
written down only after an explicit yes."""

from __future__ import annotations

import datetime as dt

from booking_client.phone_number import normalise_phone
from dialogs.commands import HangUp, RecordCallback
from dialogs.events import CallbackRecorded, Heard, KeyPressed
from dialogs.flows.transfer import give_up
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer
from grammars.phone_number import is_phone_number

_QUARTER = 15  # minutes; a time is said and kept in quarters of an hour


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.confirm, limits.margin)
    if answer is Answer.YES:
        _accept(turn)
    elif answer is Answer.NO:
        give_up(turn)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    if event.key == "1":
        _accept(turn)
    elif event.key == "2":
        give_up(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


def agreed(turn: Turn) -> None:
    """Number and time were spoken back and confirmed."""
    state = turn.state
    assert state.callback_due is not None, "a call-back is agreed with its time"
    reason = state.wanted_person or Reason.CALLER_ASKED
    turn.go(Step.RECORDING_CALLBACK, RecordCallback(state.phone, state.callback_due, reason))


def recorded(turn: Turn, event: CallbackRecorded) -> None:
    out = turn.state.operators_out or Reason.QUEUE_UNANSWERED
    turn.conclude(Outcome.CALLBACK, out)
    turn.say("callback_recorded", barge_in=False)
    turn.go(Step.ENDED, HangUp())


def due(state: State, at: dt.datetime) -> dt.datetime:
    """By when the operators call back: some time after they are next there, on a quarter hour."""
    operators = state.policy.operators
    latest = operators.hours.next_open(at) + dt.timedelta(minutes=operators.call_back_within)
    whole = latest.replace(minute=latest.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
    return whole if whole == latest else whole + dt.timedelta(minutes=_QUARTER)


def _accept(turn: Turn) -> None:
    number = normalise_phone(turn.state.caller)
    known = is_phone_number(number)
    turn.set(
        callback_due=due(turn.state, turn.at),
        phone=number if known else "",
        strikes={},
        steering=0,
    )
    turn.go(Step.PHONE_CHECK if known else Step.PHONE_NUMBER)
    ask(turn)
