"""The pages over HTTP: every page's routes, each with who may call it.

A softphone opens `/handover/<IVR_CALL_ID>` (the channel variable) in the operator's browser; a
program fetches it with `Authorization: Bearer <IVR_WEB_SECRET>`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from ivr.web import vendored
from ivr.web.deps import Deps
from ivr.web.guard import Guard
from ivr.web.routes import (
    accounts,
    aliases,
    audit,
    board,
    call,
    calls,
    export,
    handover,
    language,
    live,
    patient,
    reports,
    retention,
    sign_in,
)
from ivr.web.shell import who_may

LARGEST_BODY = 256 * 1024
STATIC = Path(__file__).parent / "static"
VENDORED = Path(__file__).parents[2] / vendored.FOLDER

# One module a page.
PAGES: tuple[Callable[[Deps], list[web.RouteDef]], ...] = (
    sign_in.routes,
    language.routes,
    board.routes,
    live.routes,
    reports.routes,
    aliases.routes,
    handover.routes,
    calls.routes,
    call.routes,
    patient.routes,
    accounts.routes,
    audit.routes,
    retention.routes,
    export.routes,
    lambda _: vendored.routes(VENDORED),
)


class Unguarded(Exception):
    """A route does not say who may call it."""


def build_app(deps: Deps) -> web.Application:
    """Raises Unguarded, DataFileError."""
    app = web.Application(client_max_size=LARGEST_BODY)
    Guard(deps).install(app)
    app.on_shutdown.append(lambda _: _end_streams(deps))
    for page in PAGES:
        for route in page(deps):
            if who_may(route.handler) is None:
                raise Unguarded(f"{route.method} {route.path} does not say who may call it")
            app.router.add_routes([route])
    app.router.add_static("/static", STATIC)
    return app


async def _end_streams(deps: Deps) -> None:
    """A stream that stays open would hold the shutdown."""
    deps.live.close()
