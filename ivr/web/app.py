"""The pages over HTTP: what an operator sees of a call that is handed over.

A softphone opens `/calls/<IVR_CALL_ID>` (the channel variable) in the operator's browser, which
signs in once a working day, or fetches it with `Authorization: Bearer <secret>`. Nothing of a
call is shown without. No page is stored, none runs a script, and none may be put in a frame.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol
from uuid import UUID

from aiohttp import web

from booking_client.errors import CoreUnavailable
from booking_service.rate_limit import TokenBucket
from ivr.call_log import CallLogError, StoredCall
from ivr.hotline.handovers import HandedOver
from ivr.web.call_view import call_view
from ivr.web.labels import labels
from ivr.web.pages import call_page, login_page, message_page
from ivr.web.sign_in import SESSION_SECONDS, SignIn

log = logging.getLogger(__name__)

COOKIE = "ivr_session"
LARGEST_BODY = 4096
TRIES_PER_MINUTE = 10.0
TRIES_AT_ONCE = 5
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STYLE = Path(__file__).parent / "style.css"

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Calls(Protocol):
    """Where the pages' calls come from."""

    async def show(self, call_id: str) -> StoredCall | None:
        """Raises CallLogError."""
        ...


class Handovers(Protocol):
    async def of(self, call_id: str) -> HandedOver | None:
        """Raises CoreUnavailable."""
        ...


def build_app(
    calls: Calls,
    handovers: Handovers,
    sign_in: SignIn,
    *,
    monotonic: Callable[[], float],
    https: bool = False,
) -> web.Application:
    """`monotonic` gives seconds; `https`: browsers reach the pages over TLS, so the cookie is sent
    over nothing else."""
    pages = _Pages(calls, handovers, sign_in, monotonic, https)
    app = web.Application(middlewares=[_guarded], client_max_size=LARGEST_BODY)
    app.router.add_get("/style.css", pages.style)
    app.router.add_get("/login", pages.login_form)
    app.router.add_post("/login", pages.login)
    app.router.add_post("/logout", pages.logout)
    app.router.add_get("/calls/{call_id}", pages.call)
    return app


@web.middleware
async def _guarded(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """The same headers on every answer, and no traceback or path in any."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _html(message_page(f"{error.status} {error.reason}"), error.status)
    except (CallLogError, CoreUnavailable) as error:
        log.error("page: %s", type(error).__name__)
        response = _html(message_page("暂时查不到，请稍后再试。"), 503)
    response.headers.update(HEADERS)
    return response


class _Pages:
    def __init__(
        self,
        calls: Calls,
        handovers: Handovers,
        sign_in: SignIn,
        monotonic: Callable[[], float],
        https: bool,
    ) -> None:
        self._calls = calls
        self._handovers = handovers
        self._sign_in = sign_in
        self._monotonic = monotonic
        self._https = https
        self._tries = TokenBucket(TRIES_PER_MINUTE, TRIES_AT_ONCE, monotonic())

    async def style(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(_STYLE)

    async def login_form(self, request: web.Request) -> web.Response:
        return _html(login_page(_own_path(request.query.get("next", ""))))

    async def login(self, request: web.Request) -> web.Response:
        form = await request.post()
        given, path = str(form.get("secret", "")), _own_path(str(form.get("next", "")))
        if (refusal := self._refusal(given)) is not None:
            status, message = refusal
            return _html(login_page(path, message), status)
        answer = web.Response(status=303, headers={"Location": path or "/login"})
        # Lax: an operator's own system may link here; what changes anything is POST.
        answer.set_cookie(
            COOKIE,
            self._sign_in.open(self._monotonic()),
            max_age=int(SESSION_SECONDS),
            httponly=True,
            secure=self._https,
            samesite="Lax",
        )
        return answer

    async def logout(self, request: web.Request) -> web.Response:
        self._sign_in.close(request.cookies.get(COOKIE, ""))
        answer = web.Response(status=303, headers={"Location": "/login"})
        answer.del_cookie(COOKIE, httponly=True, secure=self._https, samesite="Lax")
        return answer

    async def call(self, request: web.Request) -> web.Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        call_id = _call_id(request.match_info["call_id"])
        call = await self._calls.show(call_id) if call_id else None
        if call is None:
            return _html(message_page("没有这个通话。"), 404)
        log.info("the page of call %s was shown", call.call_id)
        handed = await self._handovers.of(call.call_id)
        return _html(call_page(call_view(call, handed), labels()))

    def _stranger(self, request: web.Request) -> web.Response | None:
        """The answer to who may not see anything; None for who may."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            refusal = self._refusal(token.strip())
            return _html(message_page(refusal[1]), refusal[0]) if refusal else None
        if self._sign_in.valid(request.cookies.get(COOKIE, ""), self._monotonic()):
            return None
        answer = _html(login_page(request.path), 401)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="12320"'
        return answer

    def _refusal(self, secret: str) -> tuple[int, str] | None:
        """Status and words for a secret that does not sign in. Wrong ones are rationed, so that
        none is found by trying; a right one is never made to wait for them."""
        if self._sign_in.knows(secret):
            return None
        if self._tries.take(self._monotonic()) > 0:
            return 429, "试得太多了，请等一分钟。"
        log.warning("page: a wrong secret")
        return 403, "口令不对。"


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _own_path(path: str) -> str:
    """A path of ours to go on to, or nothing: no other site is led to."""
    return path if path.startswith("/calls/") and "\\" not in path else ""


def _call_id(text: str) -> str:
    """A whole id; the call log would also take the beginning of one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
