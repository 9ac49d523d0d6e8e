"""Whom a call's booking is for, in the clear: posted, for a purpose, and written down twice."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from booking_client.errors import BookingRefused
from booking_client.types import PersonalDataPermission
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.calls.bookings import bookings_of
from ivr.web.calls.purpose import Purpose
from ivr.web.deps import Deps
from ivr.web.shell import VISITOR, audit, render, requires


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.PERSONAL)
    async def patient(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        purpose = _purpose(str(form.get("purpose", "")))
        if purpose is None:
            return render(request, "message.html", 400, message="patient.no_purpose")
        call_id = _call_id(request.match_info["call_id"])
        call = await deps.calls.show(call_id) if call_id else None
        made = [] if call is None else await bookings_of(call, deps.bookings)
        code = str(form.get("code", ""))
        if deps.bookings is None or code not in {booking.code for booking in made}:
            return render(request, "message.html", 404, message="patient.unknown")
        await audit(request, Action.PERSONAL_DATA_SEEN, call_id, f"{code}: {purpose}")
        permission = PersonalDataPermission(request[VISITOR].name, purpose.value)
        try:
            shown = await deps.bookings.patient_of_booking(code, permission, deps.clock.now())
        except BookingRefused:
            return render(request, "message.html", 404, message="patient.unknown")
        return render(request, "patient.html", patient=shown, call_id=call_id)

    return [web.post("/calls/{call_id}/patient", patient)]


def _purpose(text: str) -> Purpose | None:
    try:
        return Purpose(text)
    except ValueError:
        return None


def _call_id(text: str) -> str:
    """A whole id; the call log would also take the beginning of one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
