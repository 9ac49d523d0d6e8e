"""The page of one call, its recording, and what reviewers write to it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from aiohttp import web

from dialogs.outcomes import Outcome
from ivr.call_log import StoredCall
from ivr.recording.peaks import RecordingError, peaks_of
from ivr.reviews.reviews import ReviewRefused, review_terms
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.calls.bookings import bookings_of
from ivr.web.calls.call_page import call_page
from ivr.web.calls.purpose import Purpose
from ivr.web.deps import Deps
from ivr.web.shell import VISITOR, audit, render, requires

ONE_HEARING = 600.0  # seconds after which listening is written down again


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Call(deps)
    return [
        web.get("/calls/{call_id}", pages.show),
        web.get("/calls/{call_id}/recording.wav", pages.recording),
        web.get("/calls/{call_id}/peaks.json", pages.peaks),
        web.post("/calls/{call_id}/notes", pages.add_note),
        web.post("/calls/{call_id}/tags", pages.add_tag),
        web.post("/calls/{call_id}/tags/remove", pages.remove_tag),
        web.post("/calls/{call_id}/marks", pages.mark),
        web.post("/calls/{call_id}/marks/remove", pages.unmark),
    ]


class _Call:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._heard: dict[tuple[str, str], float] = {}

    @requires(Right.HANDOVER)
    async def show(self, request: web.Request) -> web.StreamResponse:
        """Softphones are set up with this link too: who may not see calls is an operator."""
        if not request[VISITOR].may(Right.CALLS):
            raise web.HTTPSeeOther(f"/handover/{_call_id(request)}")
        call = await self._call(request)
        await audit(request, Action.CALL_SEEN, call.call_id)
        return await self._page(request, call)

    @requires(Right.LISTEN)
    async def recording(self, request: web.Request) -> web.StreamResponse:
        """With ranges, so that a player can jump: its many requests are one hearing."""
        call = await self._call(request)
        path = await self._file(call)
        await self._note_hearing(request, call.call_id)
        return web.FileResponse(path, headers={"Content-Type": "audio/wav"})

    @requires(Right.LISTEN)
    async def peaks(self, request: web.Request) -> web.StreamResponse:
        call = await self._call(request)
        path = await self._file(call)
        try:
            peaks = await asyncio.to_thread(peaks_of, path)
        except RecordingError:
            raise web.HTTPNotFound from None
        return web.json_response({"channels": peaks.channels, "seconds": peaks.seconds})

    # --- reviews

    @requires(Right.REVIEW)
    async def add_note(self, request: web.Request) -> web.StreamResponse:
        return await self._add(request, "note", "text", self._deps.search.reviews.add_note)

    @requires(Right.REVIEW)
    async def add_tag(self, request: web.Request) -> web.StreamResponse:
        return await self._add(request, "tag", "tag", self._deps.search.reviews.add_tag)

    async def _add(
        self,
        request: web.Request,
        what: str,
        field: str,
        add: Callable[[str, str, str, dt.datetime], Awaitable[object]],
    ) -> web.StreamResponse:
        """Add what stands in the form's `field`; written down before it is done."""
        call, form = await self._call(request), await request.post()
        now, author = self._deps.clock.now(), request[VISITOR].name
        await audit(request, Action.REVIEW_CHANGED, call.call_id, what)
        try:
            await add(call.call_id, str(form.get(field, "")), author, now)
        except ReviewRefused as fault:
            return await self._page(request, call, fault.key)
        return await self._reviewed(call, "#review")

    @requires(Right.REVIEW)
    async def remove_tag(self, request: web.Request) -> web.StreamResponse:
        call, form = await self._call(request), await request.post()
        await audit(request, Action.REVIEW_CHANGED, call.call_id, "tag removed")
        await self._deps.search.reviews.remove_tag(call.call_id, str(form.get("tag", "")))
        return await self._reviewed(call, "#review")

    @requires(Right.REVIEW)
    async def mark(self, request: web.Request) -> web.StreamResponse:
        """ "Wrong here", with what was really said."""
        call, form = await self._call(request), await request.post()
        turn = _turn(call, str(form.get("turn", "")))
        now, author = self._deps.clock.now(), request[VISITOR].name
        await audit(request, Action.REVIEW_CHANGED, call.call_id, f"turn {turn} wrong")
        try:
            await self._deps.search.reviews.mark(
                call.call_id, turn, str(form.get("right_text", "")), author, now
            )
        except ReviewRefused as fault:
            return await self._page(request, call, fault.key)
        return await self._reviewed(call, f"#turn-{turn}")

    @requires(Right.REVIEW)
    async def unmark(self, request: web.Request) -> web.StreamResponse:
        call, form = await self._call(request), await request.post()
        turn = _turn(call, str(form.get("turn", "")))
        await audit(request, Action.REVIEW_CHANGED, call.call_id, f"turn {turn} not wrong")
        await self._deps.search.reviews.unmark(call.call_id, turn)
        return await self._reviewed(call, f"#turn-{turn}")

    # --- inside

    async def _note_hearing(self, request: web.Request, call_id: str) -> None:
        """Remembered only once it is written down: what cannot be is not heard."""
        now, visitor = self._deps.clock.monotonic(), request[VISITOR].name
        self._heard = {who: at for who, at in self._heard.items() if now - at < ONE_HEARING}
        if (visitor, call_id) not in self._heard:
            await audit(request, Action.RECORDING_HEARD, call_id)
            self._heard[visitor, call_id] = now

    async def _reviewed(self, call: StoredCall, anchor: str) -> web.Response:
        """The search follows; then the page again, by GET."""
        search = self._deps.search
        await search.index.review_changed(
            call.call_id, review_terms(await search.reviews.of(call.call_id))
        )
        raise web.HTTPSeeOther(f"/calls/{call.call_id}{anchor}")

    async def _page(self, request: web.Request, call: StoredCall, fault: str = "") -> web.Response:
        review = await self._deps.search.reviews.of(call.call_id)
        return render(
            request,
            "call.html",
            400 if fault else 200,
            view=call_page(call, review),
            review=review,
            bookings=await bookings_of(call, self._deps.bookings),
            purposes=list(Purpose),
            tags=await self._deps.search.reviews.tags(),
            has_recording=await self._has_recording(call),
            outcomes=list(Outcome),
            fault=fault,
        )

    async def _call(self, request: web.Request) -> StoredCall:
        call_id = _call_id(request)
        call = await self._deps.calls.show(call_id) if call_id else None
        if call is None:
            raise web.HTTPNotFound
        return call

    async def _has_recording(self, call: StoredCall) -> bool:
        path = self._path(call)
        return path is not None and await asyncio.to_thread(path.is_file)

    async def _file(self, call: StoredCall) -> Path:
        path = self._path(call)
        if path is None or not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return path

    def _path(self, call: StoredCall) -> Path | None:
        """Below the folder of recordings, whatever the log holds."""
        if not call.recording:
            return None
        folder = self._deps.recordings.resolve()
        path = (folder / call.recording).resolve()
        return path if path.is_relative_to(folder) else None


def _call_id(request: web.Request) -> str:
    """A whole id; the call log would also take the beginning of one."""
    try:
        return str(UUID(request.match_info["call_id"]))
    except ValueError:
        return ""


def _turn(call: StoredCall, text: str) -> int:
    """Raises HTTPBadRequest for a turn that the call has not."""
    for turn in call.turns:
        if str(turn.number) == text:
            return turn.number
    raise web.HTTPBadRequest
