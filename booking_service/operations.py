"""What the service answers: the interface's operations and, for systems that speak FHIR, an export.

The export is for reading only: two documents in FHIR R4's terms, not a FHIR server.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from booking_client.errors import Refusal
from booking_client.fhir import Resource
from booking_client.http import requests
from booking_client.http.operations import OPERATIONS, Operation, Scope

FHIR_JSON = "application/fhir+json"
_RESOURCE: TypeAdapter[Resource] = TypeAdapter(Resource)

FHIR_SLOTS = Operation(
    name="fhir_slots",
    method="GET",
    path="/v1/fhir/slots",
    summary="A department's sessions of a day, full ones too, as FHIR Schedules and Slots",
    scope=Scope.READ,
    parameters=requests.DoctorsOn,
    result=_RESOURCE,
    refusals=(Refusal.UNKNOWN,),
    takes_now=True,
    media_type=FHIR_JSON,
)
FHIR_APPOINTMENT = Operation(
    name="fhir_appointment",
    method="GET",
    path="/v1/fhir/bookings/{code}",
    summary="A booking as a FHIR Appointment, without anything personal",
    scope=Scope.BOOK,
    parameters=requests.OfBooking,
    result=TypeAdapter(Resource | None),
    refusals=(Refusal.UNKNOWN,),
    none_is_unknown=True,
    media_type=FHIR_JSON,
)

SERVED: tuple[Operation[Any], ...] = (*OPERATIONS, FHIR_SLOTS, FHIR_APPOINTMENT)
