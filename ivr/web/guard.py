"""What stands before every page: who asks, whether a form is ours, and the same headers on every
answer. No traceback and no path is in any.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from booking_client.errors import CoreUnavailable
from booking_service.rate_limit import TokenBucket
from ivr.call_log import CallLogError
from ivr.web.accounts.passwords import TooManyAtOnce
from ivr.web.accounts.rights import Right, roles
from ivr.web.deps import Deps
from ivr.web.shell import (
    CSRF_FIELD,
    CSRF_HEADER,
    DEPS,
    STRANGER,
    TOKEN,
    VISITOR,
    Visitor,
    asks_by_itself,
    csrf_holds,
    nonce_given,
    render,
)

log = logging.getLogger(__name__)

PROGRAM = Visitor("program", frozenset({Right.HANDOVER}))
TRIES_PER_MINUTE = 10.0  # with a wrong program's secret
TRIES_AT_ONCE = 5
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HSTS = "max-age=31536000"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:;"
    " media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_BYTES = 32

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Cookies:
    """Names and attributes. Over TLS the names bind a cookie to this host (RFC 6265bis, __Host-).

    Lax: an operator's own system may link here; what changes anything is POST with a token.
    """

    def __init__(self, https: bool) -> None:
        prefix = "__Host-" if https else ""
        self.session = f"{prefix}ivr_session"
        self.stranger = f"{prefix}ivr_stranger"
        self._secure = https

    def set(self, answer: web.StreamResponse, name: str, value: str, seconds: int | None) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            secure=self._secure,
            samesite="Lax",
        )

    def delete(self, answer: web.StreamResponse, name: str) -> None:
        answer.del_cookie(name, path="/", httponly=True, secure=self._secure, samesite="Lax")


COOKIES = web.AppKey("cookies", Cookies)


class Guard:
    """The middlewares, outermost first: `middlewares()`; and `on_prepare` for the headers."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._cookies = Cookies(deps.https)
        self._tries = TokenBucket(TRIES_PER_MINUTE, TRIES_AT_ONCE, deps.clock.monotonic())

    def install(self, app: web.Application) -> None:
        app[DEPS] = self._deps
        app[COOKIES] = self._cookies
        app.middlewares.extend([self._identified, self._told, self._own_forms])
        app.on_response_prepare.append(self._with_headers)

    @web.middleware
    async def _identified(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Who asks, before anything is answered."""
        request[VISITOR], request[TOKEN] = STRANGER, ""
        made = ""
        try:
            refusal = await self._recognise(request)
        except CoreUnavailable as error:
            log.error("page: %s", type(error).__name__)
            return render(request, "message.html", 503, message="shell.unavailable")
        if refusal is not None:
            return refusal
        if not request[TOKEN]:  # a stranger's forms need one too: nobody else signs them in
            request[TOKEN] = request.cookies.get(self._cookies.stranger, "")
            if not request[TOKEN]:
                made = request[TOKEN] = secrets.token_urlsafe(_TOKEN_BYTES)
        answer = await handler(request)
        if made and not answer.prepared and answer.content_type == "text/html":
            self._cookies.set(answer, self._cookies.stranger, made, None)
        return answer

    async def _recognise(self, request: web.Request) -> web.StreamResponse | None:
        """The visitor by their session or as a program; an answer to who says a wrong secret."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer":
            if (refusal := self._refusal(given.strip())) is not None:
                status, key = refusal
                return render(request, "message.html", status, message=key)
            request[VISITOR] = PROGRAM
            return None
        token = request.cookies.get(self._cookies.session, "")
        used = not asks_by_itself(request.match_info.handler)
        holder = await self._deps.book.sessions.holder(token, self._deps.clock.now(), used=used)
        if holder is not None:
            rights = frozenset() if holder.must_change else roles().of(holder.role).rights
            request[TOKEN] = token
            request[VISITOR] = Visitor(
                holder.name, rights, holder.account, holder.role, holder.must_change
            )
        return None

    def _refusal(self, given: str) -> tuple[int, str] | None:
        """Wrong secrets are rationed, so that none is found by trying; a right one is never made
        to wait for them."""
        known = self._deps.program_secret
        if known and hmac.compare_digest(given.encode(errors="replace"), known.encode()):
            return None
        if self._tries.take(self._deps.clock.monotonic()) > 0:
            return 429, "shell.too_many_tries"
        log.warning("page: a wrong program's secret")
        return 403, "shell.wrong_secret"

    @web.middleware
    async def _told(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Every fault as a page."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            key = "shell.not_found" if error.status == 404 else "shell.not_possible"
            answer = render(request, "message.html", error.status, message=key)
            answer.headers.update({k: v for k, v in error.headers.items() if k == "Allow"})
            return answer
        except TooManyAtOnce:
            return render(request, "message.html", 429, message="shell.too_many_tries")
        except (CallLogError, CoreUnavailable) as error:
            log.error("page: %s", type(error).__name__)
            return render(request, "message.html", 503, message="shell.unavailable")
        except Exception:
            log.exception("a page broke")
            return render(request, "message.html", 500, message="shell.broken")

    @web.middleware
    async def _own_forms(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """What changes anything carries the token of our own page; a program has no cookie that
        another site could use."""
        if request.method not in _SAFE and request[VISITOR] is not PROGRAM:
            given = request.headers.get(CSRF_HEADER, "")
            if not given and request.content_type in FORMS:
                given = str((await request.post()).get(CSRF_FIELD, ""))
            if not csrf_holds(request, given):
                return render(request, "message.html", 403, message="shell.not_our_form")
        return await handler(request)

    async def _with_headers(self, request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers.update(HEADERS)
        # Scripts and styles hold nothing of anybody: they are kept, and asked for changes.
        kept = request.path.startswith(("/static/", "/vendor/")) and answer.status < 400
        answer.headers.setdefault("Cache-Control", "no-cache" if kept else "no-store")
        nonce = nonce_given(request)
        answer.headers["Content-Security-Policy"] = _POLICY.format(
            nonce=f" 'nonce-{nonce}'" if nonce else ""
        )
        if self._deps.https:
            answer.headers["Strict-Transport-Security"] = _HSTS
        answer.headers.pop("Server", None)
