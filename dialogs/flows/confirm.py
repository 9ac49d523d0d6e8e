"""Booking what was agreed, and each refusal's way on."""

from __future__ import annotations

from booking_client.errors import Refusal
from booking_client.types import Patient, PatientByPhone
from dialogs.commands import ConfirmBooking, PlaceHold, ReleaseHold
from dialogs.events import Refused
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.repair import missed_too_often
from dialogs.searching import find_nearest_to
from dialogs.slots import reopen
from dialogs.state import State, Step
from dialogs.turn import Turn

_MOST_REFUSALS = 3  # in one call


def start(turn: Turn) -> None:
    turn.set(confirm_tries=0)
    send(turn)


def refused(turn: Turn, event: Refused) -> None:
    """The core refused a hold or a booking: say why, and go on from there or to a person."""
    if event.reason is Refusal.HOLD_EXPIRED:
        turn.set(hold=None)
    state = turn.state
    if state.hung_up:
        _give_back(turn)
        turn.conclude(Outcome.REFUSED, Reason.BOOKING_REFUSED)
        turn.go(Step.ENDED)
    elif state.person_after_confirm is not None:
        to_person(turn, state.person_after_confirm)
    elif _can_be_renewed(state, event.reason) and state.session is not None:
        turn.set(expired_once=True)
        turn.go(Step.HOLDING, PlaceHold(state.session.id))
    elif _refused_too_often(turn):
        turn.say_refusal(event.reason)
        to_person(turn, Reason.BOOKING_REFUSED)
    elif event.reason in _ELSEWHERE:
        turn.say_refusal(event.reason)
        _give_back(turn)
        gone = state.session
        if gone is not None:
            turn.set(refused_sessions=state.refused_sessions | {gone.id}, session=None)
        if missed_too_often(turn):
            return
        if gone is None or turn.state.window is None:
            turn.decide()  # another hospital's place, whose departments are not known yet
        else:
            find_nearest_to(turn, gone)
    elif event.reason in (Refusal.ALREADY_BOOKED, Refusal.DAY_LIMIT):
        turn.say_refusal(event.reason)
        reopen(turn, "date")
        if not missed_too_often(turn):
            turn.decide()
    elif event.reason is Refusal.UNKNOWN_PATIENT:
        turn.say_refusal(event.reason)
        reopen(turn, "id_number")
        if not missed_too_often(turn):
            turn.decide()
    else:
        turn.say_refusal(event.reason)
        to_person(turn, Reason.BOOKING_REFUSED)


def _refused_too_often(turn: Turn) -> bool:
    """Wishes that are held and then refused again and again lead nowhere: a person helps."""
    turn.set(refusals=turn.state.refusals + 1)
    return turn.state.refusals >= _MOST_REFUSALS


def _can_be_renewed(state: State, reason: Refusal) -> bool:
    """The caller took long; the same place is asked for once more before anything is said."""
    expired = reason is Refusal.HOLD_EXPIRED and state.step is Step.CONFIRMING
    return expired and not state.expired_once


# Refusals that another session answers.
_ELSEWHERE = frozenset(
    {
        Refusal.FULL,
        Refusal.CLOSED,
        Refusal.TOO_EARLY,
        Refusal.TOO_LATE,
        Refusal.NOT_RELEASED,
        Refusal.SESSION_CANCELLED,
        Refusal.RULE_CHANGED,
    }
)


def send(turn: Turn) -> None:
    """The key makes a second try of the same booking safe."""
    state = turn.state
    assert state.hold is not None, "a booking needs a held place"
    patient = _patient(state)
    turn.set(confirm_tries=state.confirm_tries + 1)
    key = f"{state.call_id}+{state.hold.id}"
    turn.go(Step.CONFIRMING, ConfirmBooking(state.hold.id, patient, key))


def _patient(state: State) -> Patient | PatientByPhone:
    if state.last_four:
        return PatientByPhone(state.caller, state.last_four)
    assert state.name is not None, "a booking needs a name"
    return Patient(
        id_number=state.id_number,
        name=state.name,
        name_verified=state.name_known is True,
        phone=state.caller,
    )


def _give_back(turn: Turn) -> None:
    if turn.state.hold is not None:
        turn.do(ReleaseHold(turn.state.hold.id))
    turn.set(hold=None, agreed_start=None, expired_once=False, read_back_played=frozenset())
