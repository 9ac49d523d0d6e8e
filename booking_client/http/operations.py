"""The table of operations: one entry a method of `BookingCore`.

The service routes by it and makes its OpenAPI document from it, the client sends
by it; nothing else says what is where.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import TypeAdapter, WithJsonSchema

from booking_client.errors import Refusal
from booking_client.http import requests
from booking_client.http.fields import IDEMPOTENCY_KEY_PATTERN
from booking_client.http.requests import Request
from booking_client.types import (
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    PhoneMatch,
)

KEY_HEADER = "X-API-Key"
NOW_HEADER = "Booking-Now"
IDEMPOTENCY_HEADER = "Idempotency-Key"

Result = TypeVar("Result")


class Scope(StrEnum):
    """What a key may do. The first three are what a channel needs; the others are for trust."""

    READ = "read"  # catalogue and sessions
    BOOK = "book"  # hold, release, confirm, cancel, look up its own bookings
    PATIENTS = "patients"  # ask about a patient by ID number
    VERIFY_NAMES = "verify_names"  # say that a patient's name is the registered one
    ALL_CHANNELS = "all_channels"  # act as, and see the bookings of, every channel
    CLOCK = "clock"  # say what time it is: replayed calls and tests


@dataclass(frozen=True, slots=True)
class Operation(Generic[Result]):
    """`parameters` are in the path where it names them, else in the query; `body` is JSON.

    `repeatable`: sent twice it does no more than once, so it may be sent again when no answer came.
    `result` None with `none_is_unknown` is a 404. `names`: a path parameter of other operations,
    and the field of this one's result that it is.
    """

    name: str
    method: str
    path: str
    summary: str
    scope: Scope
    result: TypeAdapter[Result]
    parameters: type[Request] = requests.Nothing
    body: type[Request] | None = None
    refusals: tuple[Refusal, ...] = ()
    status: int = 200
    takes_now: bool = False
    takes_key: bool = False
    repeatable: bool = True
    none_is_unknown: bool = False
    names: tuple[str, str] | None = None
    media_type: str = "application/json"

    @property
    def path_parameters(self) -> frozenset[str]:
        return frozenset(re.findall(r"{(\w+)}", self.path))


_NOTHING: TypeAdapter[None] = TypeAdapter(None)
_BOOKING = TypeAdapter(Booking)
_SESSIONS = TypeAdapter(list[ClinicSession])
_DATE = {"type": "string", "format": "date"}
_TWO_DATES: TypeAdapter[tuple[dt.date, dt.date]] = TypeAdapter(
    Annotated[
        tuple[dt.date, dt.date],
        WithJsonSchema({"type": "array", "items": _DATE, "minItems": 2, "maxItems": 2}),
    ]
)
_UNBOOKABLE = (
    Refusal.CLOSED,
    Refusal.SESSION_CANCELLED,
    Refusal.TOO_EARLY,
    Refusal.TOO_LATE,
    Refusal.NOT_RELEASED,
)

HOSPITALS = Operation(
    name="hospitals",
    method="GET",
    path="/v1/hospitals",
    summary="All hospitals",
    scope=Scope.READ,
    result=TypeAdapter(list[Hospital]),
)
DEPARTMENTS = Operation(
    name="departments",
    method="GET",
    path="/v1/departments",
    summary="The departments of a hospital",
    scope=Scope.READ,
    parameters=requests.OfHospital,
    result=TypeAdapter(list[Department]),
    refusals=(Refusal.UNKNOWN,),
)
DOCTORS = Operation(
    name="doctors",
    method="GET",
    path="/v1/doctors",
    summary="The doctors of a hospital, or of one of its departments",
    scope=Scope.READ,
    parameters=requests.Doctors,
    result=TypeAdapter(list[Doctor]),
    refusals=(Refusal.UNKNOWN,),
)
BOOKING_WINDOW = Operation(
    name="booking_window",
    method="GET",
    path="/v1/booking-window",
    summary="First and last date that can be booked now; none can when first > last",
    scope=Scope.READ,
    parameters=requests.BookingWindow,
    result=_TWO_DATES,
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
)
FIND_SESSIONS = Operation(
    name="find_sessions",
    method="POST",
    path="/v1/sessions/search",
    summary="Sessions inside the booking window, the earliest first",
    scope=Scope.READ,
    body=requests.FindSessions,
    result=_SESSIONS,
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
)
DOCTORS_ON = Operation(
    name="doctors_on",
    method="GET",
    path="/v1/sessions",
    summary="The sessions of a department's doctors on a day, full ones too",
    scope=Scope.READ,
    parameters=requests.DoctorsOn,
    result=_SESSIONS,
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
)
ALTERNATIVES = Operation(
    name="alternatives",
    method="GET",
    path="/v1/sessions/{session_id}/alternatives",
    summary="What can be booked instead of a session",
    scope=Scope.READ,
    parameters=requests.OfSession,
    result=TypeAdapter(list[Alternative]),
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
)
MAY_BOOK = Operation(
    name="may_book",
    method="POST",
    path="/v1/sessions/{session_id}/may-book",
    summary="Why this session would be refused to this patient now; null if it would not",
    scope=Scope.PATIENTS,
    parameters=requests.SessionInPath,
    body=requests.MayBook,
    result=TypeAdapter(Refusal | None),
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
)
COMING_BOOKINGS = Operation(
    name="coming_bookings",
    method="POST",
    path="/v1/patients/coming-bookings",
    summary="A patient's live bookings that are not over, the next first",
    scope=Scope.PATIENTS,
    body=requests.OfPatient,
    result=TypeAdapter(list[Booking]),
    takes_now=True,
)
LAST_BOOKING = Operation(
    name="last_booking",
    method="POST",
    path="/v1/patients/last-booking",
    summary="What a patient booked last and did not cancel; null if nothing",
    scope=Scope.PATIENTS,
    body=requests.OfPatient,
    result=TypeAdapter(Booking | None),
)
PHONE_MATCH = Operation(
    name="phone_match",
    method="POST",
    path="/v1/patients/phone-match",
    summary="Whether a phone and the last four of an ID number fit one patient, none or several",
    scope=Scope.PATIENTS,
    body=requests.PatientByPhoneFields,
    result=TypeAdapter(PhoneMatch),
)
HOLD = Operation(
    name="hold",
    method="POST",
    path="/v1/holds",
    summary="Take a place for a short while",
    scope=Scope.BOOK,
    body=requests.PlaceHold,
    result=TypeAdapter(Hold),
    refusals=(*_UNBOOKABLE, Refusal.FULL, Refusal.TOO_MANY_HOLDS, Refusal.UNKNOWN),
    status=201,
    takes_now=True,
    repeatable=False,
    names=("hold_id", "id"),
)
RELEASE = Operation(
    name="release",
    method="DELETE",
    path="/v1/holds/{hold_id}",
    summary="Give a held place back; twice, or after expiry, is no error",
    scope=Scope.BOOK,
    parameters=requests.OfHold,
    result=_NOTHING,
    refusals=(Refusal.UNKNOWN,),
    status=204,
)
CONFIRM = Operation(
    name="confirm",
    method="POST",
    path="/v1/holds/{hold_id}/booking",
    summary="Turn a hold into a booking; the same key with the same body gives the same booking",
    scope=Scope.BOOK,
    parameters=requests.OfHold,
    body=requests.Confirm,
    result=_BOOKING,
    refusals=(
        *_UNBOOKABLE,
        Refusal.HOLD_EXPIRED,
        Refusal.UNKNOWN_PATIENT,
        Refusal.ALREADY_BOOKED,
        Refusal.DAY_LIMIT,
        Refusal.BARRED,
        Refusal.RULE_CHANGED,
        Refusal.KEY_REUSED,
        Refusal.UNKNOWN,
    ),
    status=201,
    takes_now=True,
    takes_key=True,
    names=("code", "code"),
)
BOOKING_BY_CODE = Operation(
    name="booking_by_code",
    method="GET",
    path="/v1/bookings/{code}",
    summary="The newest booking with this confirmation code",
    scope=Scope.BOOK,
    parameters=requests.OfBooking,
    result=TypeAdapter(Booking | None),
    refusals=(Refusal.UNKNOWN,),
    none_is_unknown=True,
)
CANCEL = Operation(
    name="cancel",
    method="POST",
    path="/v1/bookings/{code}/cancel",
    summary="Cancel a booking; twice is no error",
    scope=Scope.BOOK,
    parameters=requests.OfBooking,
    result=_BOOKING,
    refusals=(Refusal.UNKNOWN, Refusal.TOO_LATE),
    takes_now=True,
)
MOVE_BOOKING = Operation(
    name="move_booking",
    method="POST",
    path="/v1/bookings/{code}/move",
    summary="Move a booking to another session under the same code; twice is no error",
    scope=Scope.BOOK,
    parameters=requests.OfBooking,
    body=requests.MoveBooking,
    result=_BOOKING,
    refusals=(
        *_UNBOOKABLE,
        Refusal.FULL,
        Refusal.ALREADY_BOOKED,
        Refusal.DAY_LIMIT,
        Refusal.UNKNOWN,
    ),
    takes_now=True,
)

OPERATIONS: tuple[Operation[Any], ...] = (
    HOSPITALS,
    DEPARTMENTS,
    DOCTORS,
    BOOKING_WINDOW,
    FIND_SESSIONS,
    DOCTORS_ON,
    ALTERNATIVES,
    MAY_BOOK,
    COMING_BOOKINGS,
    LAST_BOOKING,
    PHONE_MATCH,
    HOLD,
    RELEASE,
    CONFIRM,
    BOOKING_BY_CODE,
    CANCEL,
    MOVE_BOOKING,
)


def is_idempotency_key(text: str) -> bool:
    return re.fullmatch(IDEMPOTENCY_KEY_PATTERN.strip("^$"), text) is not None
