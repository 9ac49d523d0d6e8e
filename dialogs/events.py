"""What can happen to a conversation. Every event carries the local time it happened at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from booking_client.errors import Refusal
from booking_client.types import (
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    PhoneMatch,
    Report,
)
from grammars.meaning import Understanding


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The line is open. `caller` is the calling number, empty when withheld. `hospitals_with`:
    department -> the names of the hospitals that have it, best known first."""

    at: dt.datetime
    call_id: str
    caller: str
    hospitals: tuple[Hospital, ...]
    hospitals_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance ended and was understood.

    `marks` are the marks of the running prompt that had been played out before
    the caller began to speak: a yes counts only once the read-back's last mark
    is among them. `cut_off`: it broke off a prompt of ours. `far`: said much softer than
    this caller speaks, by somebody farther from the telephone. `seconds` of voice in it, 0
    where it was not measured.
    """

    at: dt.datetime
    understanding: Understanding
    marks: frozenset[str]
    cut_off: bool = False
    far: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key, `0`-`9`, `*` or `#`; `marks` as in Heard."""

    at: dt.datetime
    key: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """The listening turn ended without words (silence, noise, or the wall-clock limit).

    `noise`: there was sound, but no speech in it that could be understood. `cut_off`: it broke
    off a prompt of ours.
    """

    at: dt.datetime
    noise: bool = False
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class DepartmentsFound:
    """Answer to FindDepartments, with the hospital's booking window."""

    at: dt.datetime
    hospital: str
    departments: tuple[Department, ...]
    window: tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class DoctorsFound:
    """Answer to FindDoctors."""

    at: dt.datetime
    hospital: str
    department: str
    doctors: tuple[Doctor, ...]


@dataclass(frozen=True, slots=True)
class SessionsFound:
    """Answer to FindSessions, with the same `purpose`; earliest first, only with free places."""

    at: dt.datetime
    purpose: str
    sessions: tuple[ClinicSession, ...]


@dataclass(frozen=True, slots=True)
class AlternativesFound:
    """Answer to FindAlternatives: at most one of each kind, none where no session is full."""

    at: dt.datetime
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """Answer to PlaceHold: the place is held."""

    at: dt.datetime
    hold: Hold


@dataclass(frozen=True, slots=True)
class NameFound:
    """The real-name registry's answer; None = it does not know this ID number."""

    at: dt.datetime
    name: str | None


@dataclass(frozen=True, slots=True)
class Booked:
    """Answer to ConfirmBooking: the booking stands."""

    at: dt.datetime
    booking: Booking


@dataclass(frozen=True, slots=True)
class BookingsFound:
    """The patient's coming bookings, the next first."""

    at: dt.datetime
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class BookingCancelled:
    """Answer to CancelBooking."""

    at: dt.datetime
    booking: Booking


@dataclass(frozen=True, slots=True)
class BookingMoved:
    """Answer to MoveBooking."""

    at: dt.datetime
    booking: Booking


@dataclass(frozen=True, slots=True)
class LastBookingFound:
    """What the patient booked last; None if nothing."""

    at: dt.datetime
    booking: Booking | None


@dataclass(frozen=True, slots=True)
class PhoneMatched:
    """How many patients the caller's number and the last four fit."""

    at: dt.datetime
    match: PhoneMatch


@dataclass(frozen=True, slots=True)
class ReportsFound:
    """The patient's test reports, the newest first."""

    at: dt.datetime
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """`number` None: the statement could not be kept."""

    at: dt.datetime
    number: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The core refused what it was asked last: a hold, a booking, a cancellation, a move."""

    at: dt.datetime
    reason: Refusal


@dataclass(frozen=True, slots=True)
class CoreFailed:
    """The booking core could not be reached within its time limit."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Delayed:
    """The shell's answer is late, and the caller hears nothing meanwhile."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class RecogniserFailed:
    """Recognition broke down or ran out of time in this turn."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """A transfer came back: nobody answered."""

    at: dt.datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class CallbackRecorded:
    """The call-back is written down."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CrisisLineAnswered:
    """A person of the crisis line is waiting to be joined with the caller."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CrisisLineUnanswered:
    """All of the crisis line's people were called, and nobody answered."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CrisisLineLost:
    """The person was gone before caller and person were joined; the caller is with us."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller hung up."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The call has reached its longest allowed length."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A supervisor wants the call to be with a person."""

    at: dt.datetime


Event = (
    CallStarted
    | Heard
    | KeyPressed
    | NothingHeard
    | DepartmentsFound
    | DoctorsFound
    | SessionsFound
    | AlternativesFound
    | HoldPlaced
    | NameFound
    | Booked
    | BookingsFound
    | BookingCancelled
    | BookingMoved
    | ReportsFound
    | LastBookingFound
    | PhoneMatched
    | TicketOpened
    | Refused
    | CoreFailed
    | Delayed
    | RecogniserFailed
    | TransferEnded
    | CallbackRecorded
    | CrisisLineAnswered
    | CrisisLineUnanswered
    | CrisisLineLost
    | HungUp
    | TimeLimit
    | TakenOver
)
