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
    CallStarted,
    DepartmentsFound,
    DoctorsFound,
    Heard,
    HoldPlaced,
    KeyPressed,
    NameFound,
    NothingHeard,
    Refused,
    SessionsFound,
    TransferEnded,
)
from dialogs.flows import (
    booked,
    check,
    confirm,
    date,
    department,
    doctor,
    greeting,
    hold,
    hospital,
    id_number,
    name,
    offer,
    read_back,
    sessions,
    transfer,
)
from dialogs.repair import Fault, nothing_heard, strike
from dialogs.state import Step
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

CALLERS_TURNS: Mapping[Step, CallersTurn] = {
    Step.TASK: CallersTurn(greeting.heard, _ON, greeting.key),
    Step.HOSPITAL: CallersTurn(hospital.heard, _ON),
    Step.DEPARTMENT: CallersTurn(department.heard, _ON),
    Step.DOCTOR: CallersTurn(doctor.heard, _ON),
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
            Step.TASK,
            Step.HOSPITAL,
            Step.DEPARTMENT,
            Step.DOCTOR,
            Step.DATE,
            Step.ID_NUMBER,
            Step.NAME,
            Step.READ_BACK,
            Step.FINDING_ALTERNATIVES,
        ),
        check.key,
    ),
    Step.ID_NUMBER: CallersTurn(id_number.heard, _ON, id_number.key, id_number.nothing),
    Step.NAME: CallersTurn(name.heard, (Step.DECIDE,)),
    Step.READ_BACK: CallersTurn(read_back.heard, (*_ON, Step.CONFIRMING), read_back.key),
    Step.BOOKED: CallersTurn(booked.heard, (Step.ENDED,), booked.key, booked.nothing),
}

ARRIVALS: Mapping[tuple[Step, type], Arrival] = {
    (Step.START, CallStarted): Arrival(greeting.started, (Step.TASK,)),
    (Step.FINDING_DEPARTMENTS, DepartmentsFound): Arrival(
        hospital.departments_found, (Step.DECIDE,)
    ),
    (Step.FINDING_DOCTORS, DoctorsFound): Arrival(doctor.found, (Step.DECIDE,)),
    (Step.FINDING_SESSIONS, SessionsFound): Arrival(
        sessions.found_as_wished, (Step.HOLDING, Step.OFFER, Step.FINDING_NEAREST)
    ),
    (Step.FINDING_NEAREST, AlternativesFound): Arrival(
        sessions.found_nearest, (Step.OFFER, Step.FINDING_ALTERNATIVES)
    ),
    (Step.FINDING_ALTERNATIVES, SessionsFound): Arrival(
        sessions.found_alternatives, (Step.OFFER, Step.DECIDE, Step.TRANSFERRED)
    ),
    (Step.HOLDING, HoldPlaced): Arrival(hold.placed, (Step.DECIDE, Step.CONFIRMING)),
    (Step.HOLDING, Refused): Arrival(
        confirm.refused, (Step.FINDING_NEAREST, Step.DECIDE, Step.TRANSFERRED)
    ),
    (Step.LOOKING_UP_NAME, NameFound): Arrival(name.found, (Step.DECIDE,)),
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
    (Step.TRANSFERRED, TransferEnded): Arrival(transfer.ended, (Step.ENDED,)),
}
