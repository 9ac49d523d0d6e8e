"""From a call to a test: a case that `ivr replay` runs, as a ZIP."""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID

from aiohttp import web

from booking_client.types import Booking
from dialogs.outcomes import Outcome
from ivr.call_log import StoredCall
from ivr.replay.export.case_of_call import ExportFault
from ivr.replay.export.corrections import corrections_of
from ivr.replay.export.files import exported_call, zipped
from ivr.replay.export.given import cancelled_code
from ivr.replay.export.recorded_legs import RecordingFault
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.deps import Deps
from ivr.web.shell import audit, render, requires

log = logging.getLogger(__name__)


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.EXPORT)
    async def export(request: web.Request) -> web.StreamResponse:
        call_id = _call_id(request.match_info["call_id"])
        call = await deps.calls.show(call_id) if call_id else None
        if call is None:
            return render(request, "message.html", 404, message="export.unknown")
        outcome = _outcome(str((await request.post()).get("outcome", "")))
        await audit(request, Action.CASE_EXPORTED, call.call_id)
        recording = deps.recordings / call.recording if call.recording else None
        corrections = corrections_of(await deps.search.reviews.of(call.call_id), outcome)
        cancelled = await _cancelled(deps, call)
        try:
            made = await asyncio.to_thread(exported_call, call, recording, corrections, cancelled)
            packed = await asyncio.to_thread(zipped, made)
        except ExportFault as fault:
            return render(request, "message.html", 409, message=f"export.{fault.why}")
        except RecordingFault:
            log.error("the recording of call %s cannot be cut", call.call_id)
            return render(request, "message.html", 409, message="export.bad_recording")
        return web.Response(
            body=packed,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{made.stem}.zip"'},
        )

    return [web.post("/calls/{call_id}/export", export)]


async def _cancelled(deps: Deps, call: StoredCall) -> Booking | None:
    """The booking that the call cancelled, where bookings are kept beside the pages."""
    code = cancelled_code(call)
    if code is None or deps.bookings is None:
        return None
    return await deps.bookings.booking_by_code(code)


def _outcome(text: str) -> Outcome | None:
    """None: as the call ended."""
    try:
        return Outcome(text)
    except ValueError:
        return None


def _call_id(text: str) -> str:
    """A whole id; the call log would also take the beginning of one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
