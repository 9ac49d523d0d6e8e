"""A booking core somewhere else, reached over HTTP."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from booking_client.errors import BookingRefused, Refusal
from booking_client.http import operations
from booking_client.http.addresses import checked_base
from booking_client.http.operations import Operation
from booking_client.http.transport import AccessDenied, Sent, Transport
from booking_client.types import (
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    PatientByPhone,
    PhoneMatch,
    SessionQuery,
)

KEY_VARIABLE = "IVR_BOOKING_KEY"

Result = TypeVar("Result")


class HttpBookingCore:
    """See `booking_client.interface.BookingCore`. Safe for concurrent tasks.

    Raises what the core raises; AccessDenied, which is a CoreUnavailable, when the
    key is not known or may not do this. `now` is told to the service, which
    goes by its own clock unless the key may say what time it is, and refuses a
    request whose `now` is far from it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def hospitals(self) -> Sequence[Hospital]:
        return await self._ask(operations.HOSPITALS)

    async def departments(self, hospital: str) -> Sequence[Department]:
        return await self._ask(operations.DEPARTMENTS, hospital=hospital)

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]:
        return await self._ask(operations.DOCTORS, hospital=hospital, department=department)

    async def booking_window(
        self, hospital: str, now: dt.datetime, channel: str | None = None
    ) -> tuple[dt.date, dt.date]:
        return await self._ask(
            operations.BOOKING_WINDOW, now=now, hospital=hospital, channel=channel
        )

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        return await self._ask(operations.FIND_SESSIONS, now=now, query=query)

    async def doctors_on(
        self,
        hospital: str,
        department: str,
        date: dt.date,
        now: dt.datetime,
        channel: str | None = None,
    ) -> Sequence[ClinicSession]:
        return await self._ask(
            operations.DOCTORS_ON,
            now=now,
            hospital=hospital,
            department=department,
            date=date,
            channel=channel,
        )

    async def alternatives(
        self, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Sequence[Alternative]:
        return await self._ask(
            operations.ALTERNATIVES, now=now, session_id=session_id, channel=channel
        )

    async def may_book(
        self, id_number: str, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Refusal | None:
        return await self._ask(
            operations.MAY_BOOK,
            now=now,
            id_number=id_number,
            session_id=session_id,
            channel=channel,
        )

    async def coming_bookings(self, id_number: str, now: dt.datetime) -> Sequence[Booking]:
        return await self._ask(operations.COMING_BOOKINGS, now=now, id_number=id_number)

    async def last_booking(self, id_number: str) -> Booking | None:
        return await self._ask(operations.LAST_BOOKING, id_number=id_number)

    async def phone_match(self, phone: str, last_four: str) -> PhoneMatch:
        return await self._ask(operations.PHONE_MATCH, phone=phone, last_four=last_four)

    async def hold(
        self,
        session_id: int,
        *,
        channel: str,
        phone: str,
        now: dt.datetime,
        slot_id: int | None = None,
    ) -> Hold:
        return await self._ask(
            operations.HOLD,
            now=now,
            session_id=session_id,
            channel=channel,
            phone=phone,
            slot_id=slot_id,
        )

    async def release(self, hold_id: str) -> None:
        try:
            await self._ask(operations.RELEASE, hold_id=hold_id)
        except BookingRefused as refused:
            if refused.reason is not Refusal.UNKNOWN:
                raise

    async def confirm(
        self,
        hold_id: str,
        patient: Patient | PatientByPhone,
        key: str,
        now: dt.datetime,
        sub_channel: str | None = None,
    ) -> Booking:
        return await self._ask(
            operations.CONFIRM,
            now=now,
            key=key,
            hold_id=hold_id,
            patient=patient,
            sub_channel=sub_channel,
        )

    async def booking_by_code(self, code: str) -> Booking | None:
        try:
            return await self._ask(operations.BOOKING_BY_CODE, code=code)
        except BookingRefused as refused:
            if refused.reason is not Refusal.UNKNOWN:
                raise
            return None

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        return await self._ask(operations.CANCEL, now=now, code=code)

    async def move_booking(
        self, code: str, session_id: int, now: dt.datetime, slot_id: int | None = None
    ) -> Booking:
        return await self._ask(
            operations.MOVE_BOOKING, now=now, code=code, session_id=session_id, slot_id=slot_id
        )

    async def close(self) -> None:
        await self._transport.close()

    async def _ask(
        self,
        operation: Operation[Result],
        *,
        now: dt.datetime | None = None,
        key: str | None = None,
        **arguments: Any,
    ) -> Result:
        return await self._transport.send(operation, written(operation, arguments, now, key))


def written(
    operation: Operation[Any],
    arguments: dict[str, Any],
    now: dt.datetime | None = None,
    key: str | None = None,
) -> Sent:
    """The request for a call. Raises ValueError for an argument of a wrong form, and
    BookingRefused (unknown) for a hold or a code that cannot exist because of its form."""
    if now is not None and now.tzinfo is not None:
        raise ValueError("now must be a naive local time of Asia/Shanghai")
    if operation.takes_key and not operations.is_idempotency_key(key or ""):
        raise ValueError("the idempotency key must be 1 to 200 printable ASCII characters")
    try:
        parameters = operation.parameters.of(arguments).model_dump(mode="json", exclude_none=True)
        body = None
        if operation.body is not None:
            body = operation.body.of(arguments).model_dump_json().encode()
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"])) for each in error.errors(include_input=False)}
        if wrong <= operation.path_parameters:
            raise BookingRefused(Refusal.UNKNOWN, f"no such {'.'.join(sorted(wrong))}") from None
        raise ValueError(f"{operation.name}: wrong form of {', '.join(sorted(wrong))}") from None
    in_path = operation.path_parameters
    path = operation.path.format(
        **{name: quote(str(parameters[name]), safe="") for name in in_path}
    )
    query = {name: str(value) for name, value in parameters.items() if name not in in_path}
    return Sent(path, query, body, now, key)


async def open_remote(url: str, environment: Mapping[str, str] = os.environ) -> HttpBookingCore:
    """Connect to the service at `url` with the key in IVR_BOOKING_KEY.

    Raises ValueError for a URL that is not https (or http on this machine),
    AccessDenied without a key or with one that the service does not know, and
    CoreUnavailable when the service does not answer.
    """
    base = checked_base(url)
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key:
        raise AccessDenied(
            f"{KEY_VARIABLE} is not set; whoever keeps the booking service makes a key"
            " with `ivr booking-key add`"
        )
    if not (key.isascii() and key.isprintable()):
        raise AccessDenied(f"{KEY_VARIABLE} holds what no key has")
    core = HttpBookingCore(Transport(base, key))
    try:
        await core.booking_by_code("0")  # no booking has it, and nothing is changed
    except AccessDenied as denied:
        if not denied.key_is_known:
            await core.close()
            raise
    except BaseException:
        await core.close()
        raise
    return core
