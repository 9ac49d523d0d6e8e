"""What is sent with each operation: the arguments of `BookingCore`'s methods.

`now` and the idempotency key are headers, of which the operations know.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Tag

from booking_client.http.fields import (
    Date,
    Id,
    LastFour,
    Name,
    PathToken,
    SessionCount,
    Text,
    Weekdays,
)
from booking_client.types import Patient, PatientByPhone, SessionQuery


class Request(BaseModel):
    """Fields named as the method's arguments; whatever else is sent is refused."""

    # Inputs are left out of errors: they may be an ID number.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def arguments(self) -> dict[str, Any]:
        """The method's arguments."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Self:
        """The other way round; takes the arguments that belong here. Raises ValidationError."""
        return cls.model_validate({name: arguments[name] for name in cls.model_fields})


class Nothing(Request):
    pass


class OfHospital(Request):
    hospital: Name


class Doctors(Request):
    hospital: Name
    department: Name | None = None


class BookingWindow(Request):
    hospital: Name
    channel: Name | None = None


class DoctorsOn(Request):
    hospital: Name
    department: Name
    date: Date
    channel: Name | None = None


class FindSessions(Request):
    """The fields of SessionQuery."""

    hospital: Name
    department: Name
    from_date: Date
    to_date: Date
    doctor: Name | None = None
    period: Name | None = None
    not_on: Weekdays = ()
    with_places_only: bool = True
    limit: SessionCount = 20
    channel: Name | None = None
    experts_only: bool = False

    def arguments(self) -> dict[str, Any]:
        fields = super().arguments()
        return {"query": SessionQuery(**{**fields, "not_on": frozenset(self.not_on)})}

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Self:
        query = arguments["query"]
        fields = {name: getattr(query, name) for name in cls.model_fields}
        return super().of({**fields, "not_on": tuple(sorted(query.not_on))})


class OfSession(Request):
    session_id: Id
    channel: Name | None = None


class SessionInPath(Request):
    session_id: Id


class MayBook(Request):
    id_number: Text
    channel: Name | None = None


class OfPatient(Request):
    id_number: Text


class PlaceHold(Request):
    session_id: Id
    channel: Name
    phone: Text
    slot_id: Id | None = None


class OfHold(Request):
    hold_id: PathToken


class PatientFields(Request):
    """Who the booking is for."""

    id_number: Text
    name: Text
    name_verified: bool
    phone: Text


class PatientByPhoneFields(Request):
    """A patient who has booked from this phone before."""

    phone: Text
    last_four: LastFour


# The two ways to name a patient; the tags are in no request, only in the errors of pydantic.
BY_ID_NUMBER, BY_PHONE = "by_id_number", "by_phone"


def _how(patient: object) -> str:
    by_phone = isinstance(patient, PatientByPhoneFields) or (
        isinstance(patient, dict) and "last_four" in patient
    )
    return BY_PHONE if by_phone else BY_ID_NUMBER


_Patient = Annotated[
    Annotated[PatientFields, Tag(BY_ID_NUMBER)] | Annotated[PatientByPhoneFields, Tag(BY_PHONE)],
    Discriminator(_how),
]


class Confirm(Request):
    patient: _Patient
    sub_channel: Name | None = None

    def arguments(self) -> dict[str, Any]:
        by_phone = isinstance(self.patient, PatientByPhoneFields)
        kind = PatientByPhone if by_phone else Patient
        return {
            "patient": kind(**self.patient.arguments()),
            "sub_channel": self.sub_channel,
        }

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> Self:
        patient = arguments["patient"]
        shape = PatientFields if isinstance(patient, Patient) else PatientByPhoneFields
        fields = {name: getattr(patient, name) for name in shape.model_fields}
        return super().of({**arguments, "patient": shape.of(fields)})


class OfBooking(Request):
    code: PathToken


class MoveBooking(Request):
    session_id: Id
    slot_id: Id | None = None
