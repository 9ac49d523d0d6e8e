"""How long recordings and logs are kept, and what was deleted when."""

from __future__ import annotations

from aiohttp import web

from ivr.web.accounts.rights import Right
from ivr.web.deps import Deps
from ivr.web.shell import render, requires

NEWEST = 70  # ten days of seven subjects


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.RETENTION)
    async def show(request: web.Request) -> web.StreamResponse:
        return render(
            request,
            "retention.html",
            policy=deps.retention.policy,
            history=await deps.retention.history(NEWEST),
        )

    return [web.get("/retention", show)]
