"""The page of a call that is handed over: what an operator sees when the telephone rings."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.call_view import call_view
from ivr.web.deps import Deps
from ivr.web.shell import audit, render, requires


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.HANDOVER)
    async def handover(request: web.Request) -> web.StreamResponse:
        call_id = _call_id(request.match_info["call_id"])
        call = await deps.calls.show(call_id) if call_id else None
        if call is None:
            return render(request, "message.html", 404, message="handover.unknown")
        await audit(request, Action.HANDOVER_SEEN, call.call_id)
        handed = await deps.handovers.of(call.call_id)
        return render(request, "handover.html", call=call_view(call, handed))

    return [web.get("/handover/{call_id}", handover)]


def _call_id(text: str) -> str:
    """A whole id; the call log would also take the beginning of one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
