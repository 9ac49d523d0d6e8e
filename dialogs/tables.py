"""The conversation as tables: who answers which event at which step, and where that can lead.

The reducer runs on these tables and `dialogs.drawing` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.events import (
    AlternativesFound,
    Booked,
    BookingCancelled,
    BookingMoved,
    BookingsFound,
    CallbackRecorded,
    CallStarted,
    CrisisLineAnswered,
    CrisisLineLost,
    CrisisLineUnanswered,
    DepartmentsFound,
    DoctorsFound,
    Heard,
    HoldPlaced,
    KeyPressed,
    LastBookingFound,
    NameFound,
    NothingHeard,
    PhoneMatched,
    Refused,
    ReportsFound,
    SessionsFound,
    TicketOpened,
    TransferEnded,
)
from dialogs.flows import (
    anything_else,
    as_before,
    booked,
    bookings,
    callback,
    cancel,
    change,
    check,
    confirm,
    crisis,
    date,
    department,
    doctor,
    greeting,
    hold,
    hospital,
    id_number,
    identity,
    last_four,
    name,
    offer,
    phone_number,
    read_back,
    results,
    sessions,
    statement,
    survey,
    topic,
    transfer,
)
from dialogs.repair import Fault, nothing_heard, strike
from dialogs.state import CALLERS_TURN, Step
from dialogs.turn import Turn


def _no_keys(turn: Turn, event: KeyPressed) -> None:
    strike(turn, Fault.WRONG_KEY)


@dataclass(frozen=True, slots=True)
class CallersTurn:
    """How the caller's answer, key or silence is taken; `leads_to` beside the step itself, a check
    and a person."""

    heard: Callable[[Turn, Heard], None]
    leads_to: tuple[Step, ...]
    key: Callable[[Turn, KeyPressed], None] = _no_keys
    nothing: Callable[[Turn, NothingHeard], None] = nothing_heard


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an answer of the shell is taken."""

    take: Callable[[Turn, Any], None]
    leads_to: tuple[Step, ...]


_ON = (Step.DECIDE, Step.OFFER)
_DONE = (Step.ANYTHING_ELSE, Step.TRANSFERRED, Step.ENDED)
_ANSWERED = (Step.ANYTHING_ELSE, Step.TOPIC_HOSPITAL)
_BEGINNINGS = (Step.TASK, Step.TOPIC, *_ANSWERED, Step.STATEMENT, Step.SURVEY)
_SURVEYED = (Step.REMARK, Step.ENDED)

# A yes/no question comes back to where it was asked.
_ASKED_AT = tuple(step for step in Step if step in CALLERS_TURN and step is not Step.CHECK)

CALLERS_TURNS: Mapping[Step, CallersTurn] = {
    Step.TASK: CallersTurn(greeting.heard, (*_ON, *_BEGINNINGS), greeting.key),
    Step.HOSPITAL: CallersTurn(hospital.heard, _ON),
    Step.DEPARTMENT: CallersTurn(department.heard, _ON),
    Step.DOCTOR: CallersTurn(doctor.heard, _ON, doctor.key),
    Step.DATE: CallersTurn(date.heard, (*_ON, Step.FINDING_ALTERNATIVES)),
    Step.OFFER: CallersTurn(
        offer.heard,
        (Step.DECIDE, Step.HOLDING, Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR),
        offer.key,
    ),
    Step.CHECK: CallersTurn(
        check.heard,
        (
            *_ON,
            Step.ENDED,
            *_ASKED_AT,
            Step.OPENING_TICKET,
            Step.FINDING_ALTERNATIVES,
            Step.MATCHING_PHONE,  # the last four digits, where a whole number was asked back
        ),
        check.key,
    ),
    Step.ID_NUMBER: CallersTurn(
        id_number.heard, (*_ON, Step.MATCHING_PHONE), id_number.key, id_number.nothing
    ),
    Step.NAME: CallersTurn(name.heard, (Step.DECIDE,)),
    Step.READ_BACK: CallersTurn(read_back.heard, (*_ON, Step.CONFIRMING), read_back.key),
    Step.PROOF: CallersTurn(identity.heard, (Step.DECIDE,), identity.key),
    Step.CANCEL_BACK: CallersTurn(
        cancel.heard, (Step.DECIDE, Step.CANCELLING, Step.ANYTHING_ELSE), cancel.key
    ),
    Step.CHANGE_BACK: CallersTurn(
        change.heard, (*_ON, Step.MOVING, Step.ANYTHING_ELSE), change.key
    ),
    Step.ANYTHING_ELSE: CallersTurn(
        anything_else.heard,
        (*_ON, *_BEGINNINGS, Step.PHONE_NUMBER, Step.ENDED),
        nothing=anything_else.nothing,
    ),
    Step.BOOKED: CallersTurn(
        booked.heard,
        (*_ON, Step.PHONE_NUMBER, Step.SURVEY, Step.ENDED),
        booked.key,
        booked.nothing,
    ),
    Step.CALLBACK: CallersTurn(
        callback.heard, (Step.PHONE_CHECK, Step.PHONE_NUMBER, Step.ENDED), callback.key
    ),
    Step.PHONE_NUMBER: CallersTurn(
        phone_number.heard, (Step.PHONE_CHECK, Step.SURVEY, Step.ENDED), phone_number.key
    ),
    Step.PHONE_CHECK: CallersTurn(
        phone_number.check_heard,
        (Step.PHONE_NUMBER, Step.RECORDING_CALLBACK, Step.SURVEY, Step.ENDED),
        phone_number.check_key,
    ),
    Step.CRISIS: CallersTurn(crisis.heard, ()),
    Step.TOPIC: CallersTurn(topic.heard, (*_ON, *_BEGINNINGS, *_ANSWERED)),
    Step.TOPIC_HOSPITAL: CallersTurn(topic.hospital_heard, _ANSWERED),
    Step.STATEMENT: CallersTurn(
        statement.heard, (Step.OPENING_TICKET,), statement.key, statement.nothing
    ),
    Step.SURVEY: CallersTurn(survey.heard, _SURVEYED, survey.key, survey.nothing),
    Step.REMARK: CallersTurn(survey.remark_heard, _SURVEYED, nothing=survey.remark_nothing),
}

ARRIVALS: Mapping[tuple[Step, type], Arrival] = {
    (Step.START, CallStarted): Arrival(greeting.started, (Step.TASK,)),
    (Step.FINDING_DEPARTMENTS, DepartmentsFound): Arrival(
        hospital.departments_found, (Step.DECIDE,)
    ),
    (Step.FINDING_DOCTORS, DoctorsFound): Arrival(
        doctor.found, (Step.DECIDE, Step.CHECK, Step.OFFER)
    ),
    (Step.FINDING_SESSIONS, SessionsFound): Arrival(
        sessions.found_as_wished,
        (Step.HOLDING, Step.OFFER, Step.FINDING_NEAREST, Step.DECIDE, Step.TRANSFERRED),
    ),
    (Step.FINDING_NEAREST, AlternativesFound): Arrival(
        sessions.found_nearest, (Step.OFFER, Step.FINDING_ALTERNATIVES, Step.TRANSFERRED)
    ),
    (Step.FINDING_ALTERNATIVES, SessionsFound): Arrival(
        sessions.found_alternatives,
        (Step.OFFER, Step.DECIDE, Step.TRANSFERRED, Step.ANYTHING_ELSE),
    ),
    (Step.HOLDING, HoldPlaced): Arrival(hold.placed, (Step.DECIDE, Step.CONFIRMING)),
    (Step.HOLDING, Refused): Arrival(
        confirm.refused, (Step.FINDING_NEAREST, Step.DECIDE, Step.TRANSFERRED)
    ),
    (Step.LOOKING_UP_NAME, NameFound): Arrival(
        name.found, (Step.DECIDE, Step.CHECK, Step.TRANSFERRED)
    ),
    (Step.CONFIRMING, Booked): Arrival(booked.booked, (Step.BOOKED, Step.ENDED, Step.TRANSFERRED)),
    (Step.CONFIRMING, Refused): Arrival(
        confirm.refused,
        (
            Step.HOLDING,
            Step.FINDING_NEAREST,
            Step.DECIDE,
            Step.TRANSFERRED,
            Step.ENDED,
        ),
    ),
    (Step.FINDING_BOOKINGS, BookingsFound): Arrival(bookings.found, (Step.DECIDE,)),
    (Step.CANCELLING, BookingCancelled): Arrival(cancel.cancelled, _DONE),
    (Step.CANCELLING, Refused): Arrival(cancel.refused, _DONE),
    (Step.MOVING, BookingMoved): Arrival(change.moved, _DONE),
    (Step.MOVING, Refused): Arrival(change.refused, (*_DONE, Step.FINDING_NEAREST, Step.DECIDE)),
    (Step.FINDING_LAST_BOOKING, LastBookingFound): Arrival(as_before.found, (Step.DECIDE,)),
    (Step.MATCHING_PHONE, PhoneMatched): Arrival(last_four.found, (Step.DECIDE, Step.ID_NUMBER)),
    (Step.FINDING_REPORTS, ReportsFound): Arrival(results.found, (Step.ANYTHING_ELSE,)),
    (Step.TRANSFERRED, TransferEnded): Arrival(transfer.ended, (Step.CALLBACK, Step.ENDED)),
    (Step.RECORDING_CALLBACK, CallbackRecorded): Arrival(callback.recorded, (Step.ENDED,)),
    (Step.CRISIS, CrisisLineAnswered): Arrival(crisis.answered, (Step.TRANSFERRED,)),
    (Step.CRISIS, CrisisLineUnanswered): Arrival(crisis.unanswered, (Step.CRISIS,)),
    (Step.TRANSFERRED, CrisisLineLost): Arrival(crisis.lost, (Step.CRISIS,)),
    (Step.OPENING_TICKET, TicketOpened): Arrival(
        statement.opened, (Step.CHECK, Step.ANYTHING_ELSE, Step.TRANSFERRED, Step.ENDED)
    ),
}
