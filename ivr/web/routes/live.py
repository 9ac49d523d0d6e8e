"""Calls in progress: what is said in them as it is spoken; take one over, listen in."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from uuid import UUID

from aiohttp import web

from booking_client.errors import CoreUnavailable
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.live.calls import Change
from ivr.live.control import ListenFailed
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.deps import Deps
from ivr.web.shell import audit, label, may_still, render, requires

BEAT_SECONDS = 15.0  # a proxy or a browser that hears nothing for long gives a stream up
LONGEST_SECONDS = 600.0  # then the browser asks again, and who may not see it any more is told


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Pages(deps)
    return [
        web.get("/live", pages.show),
        web.get("/live/events", pages.events),
        web.post("/live/{call_id}/take-over", pages.take_over),
        web.post("/live/{call_id}/listen-in", pages.listen_in),
    ]


class _Pages:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @requires(Right.LIVE)
    async def show(self, request: web.Request) -> web.StreamResponse:
        await audit(request, Action.LIVE_SEEN)
        control = self._deps.control
        return render(
            request,
            "live.html",
            phones=control.phones if control is not None else (),
            can_take_over=control is not None,
            words=json.dumps(_words(request), ensure_ascii=False),
        )

    @requires(Right.LIVE, by_itself=True)
    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events (HTML standard), each a Change of ivr.live.calls as JSON; no longer
        than the session."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        gone = contextlib.suppress(ConnectionError, TimeoutError, CoreUnavailable)
        with gone, self._deps.live.watching() as changes:
            async with (
                asyncio.timeout(LONGEST_SECONDS),
                contextlib.aclosing(_with_beats(changes)) as told,
            ):
                checked = self._deps.clock.monotonic()
                async for change in told:
                    now = self._deps.clock.monotonic()
                    if now - checked >= BEAT_SECONDS:
                        if not await may_still(request, Right.LIVE):
                            break
                        checked = now
                    data = f"data: {json.dumps(change, ensure_ascii=False)}" if change else ":"
                    await answer.write(f"{data}\n\n".encode())
        return answer

    @requires(Right.TAKE_OVER)
    async def take_over(self, request: web.Request) -> web.StreamResponse:
        call_id, control = _call_id(request), self._deps.control
        await audit(request, Action.CALL_TAKEN_OVER, call_id)
        if control is None or not control.take_over(call_id):
            return web.json_response({"told": label(request, "live.gone")}, status=409)
        return web.json_response({"told": label(request, "live.taken_over")})

    @requires(Right.LISTEN_IN)
    async def listen_in(self, request: web.Request) -> web.StreamResponse:
        call_id, control = _call_id(request), self._deps.control
        phone = str((await request.post()).get("phone", ""))
        await audit(request, Action.CALL_LISTENED_IN, call_id)
        try:
            heard = control is not None and await control.listen_in(call_id, phone)
        except ListenFailed:
            return web.json_response({"told": label(request, "live.no_answer")}, status=409)
        if not heard:
            return web.json_response({"told": label(request, "live.gone")}, status=409)
        return web.json_response({"told": label(request, "live.listening")})


async def _with_beats(changes: AsyncIterator[Change]) -> AsyncGenerator[Change | None]:
    """The changes, and None whenever there was none for BEAT_SECONDS."""
    following = asyncio.ensure_future(anext(changes, None))
    try:
        while True:
            done, _ = await asyncio.wait({following}, timeout=BEAT_SECONDS)
            if not done:
                yield None
                continue
            change = following.result()
            if change is None:
                return
            yield change
            following = asyncio.ensure_future(anext(changes, None))
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def _words(request: web.Request) -> dict[str, str]:
    """What the script writes on the page."""
    named = {f"asked:{slot.value}": label(request, f"slots.{slot.value}") for slot in Slot}
    named |= {f"transfer:{why.value}": label(request, f"reasons.{why.value}") for why in Reason}
    named |= {f"outcome:{how.value}": label(request, f"outcomes.{how.value}") for how in Outcome}
    own = ("agent", "caller", "waits_for", "handed_over", "ended", "withheld", "lost", "connected")
    return named | {key: label(request, f"live.{key}") for key in own}


def _call_id(request: web.Request) -> str:
    try:
        return str(UUID(request.match_info["call_id"]))
    except ValueError:
        raise web.HTTPNotFound from None
