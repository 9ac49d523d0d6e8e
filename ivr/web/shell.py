"""What every page is made with: who asks, their rights, the words, a template, the audit.

A page is a module of `ivr/web/routes/` with `def routes(deps: Deps) -> list[web.RouteDef]`; each
of its handlers says who may call it, with `@requires(Right.X)` or, for the few that all may,
`@anyone`. A form that is posted has `{{ csrf() }}` in it; a script sends the header `X-CSRF-Token`
with what is in `<meta name="csrf-token">`. The middleware (guard.py) has checked it before a
handler runs.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ivr.web.accounts.accounts import By
from ivr.web.accounts.audit import Action, Entry
from ivr.web.accounts.rights import Right, Role, roles
from ivr.web.deps import Deps
from ivr.web.navigation import entries_for
from ivr.web.words import Language, words

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE_COOKIE = "ivr_language"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
# Attributes, which a method that is bound to its object still has.
_MARK = "_who_may"
_BY_ITSELF = "_by_itself"

Parameters = ParamSpec("Parameters")
Handler = Callable[Parameters, Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `account` and `role` are None for a program, and `name` is empty for a stranger."""

    name: str
    rights: frozenset[Right]
    account: int | None = None
    role: Role | None = None
    must_change: bool = False

    def may(self, right: Right) -> bool:
        return right in self.rights


STRANGER = Visitor("", frozenset())
DEPS = web.AppKey("deps", Deps)
VISITOR = web.RequestKey("visitor", Visitor)
TOKEN = web.RequestKey("token", str)  # of the session, or of a browser that is not signed in yet
_NONCE = web.RequestKey("nonce", str)


# --- who may


def requires(
    right: Right, *, by_itself: bool = False
) -> Callable[[Handler[Parameters]], Handler[Parameters]]:
    """Only for whoever has `right`: others get 401 with the way to sign in, or 403.

    `by_itself`: a page asks for it by itself, again and again. That nobody sits before it any more
    must still be noticed, so it does not count as using the session.
    """

    def decorate(handler: Handler[Parameters]) -> Handler[Parameters]:
        made = _guarded(handler, right)
        made.__dict__[_BY_ITSELF] = by_itself
        return made

    return decorate


def anyone(handler: Handler[Parameters]) -> Handler[Parameters]:
    """For strangers too: signing in, style sheets."""
    return _marked(handler, "anyone")


def signed_in(handler: Handler[Parameters]) -> Handler[Parameters]:
    """For every account, whatever its role, also while its password must be changed."""

    @wraps(handler)
    async def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> web.StreamResponse:
        request = _request_of(args)
        if request[VISITOR].account is None:
            return sign_in_first(request)
        return await handler(*args, **kwargs)

    return _marked(checked, "signed in")


def _guarded(handler: Handler[Parameters], right: Right) -> Handler[Parameters]:
    @wraps(handler)
    async def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> web.StreamResponse:
        request = _request_of(args)
        visitor = request[VISITOR]
        if not visitor.name:
            return sign_in_first(request)
        if visitor.must_change:
            raise web.HTTPSeeOther("/password")
        if not visitor.may(right):
            await audit(request, Action.RIGHT_LACKED, detail=right.value)
            return render(request, "message.html", 403, message="shell.right_lacked")
        return await handler(*args, **kwargs)

    return _marked(checked, right.value)


def _marked(handler: Handler[Parameters], who: str) -> Handler[Parameters]:
    handler.__dict__[_MARK] = who
    return handler


def who_may(handler: object) -> str | None:
    """A right, "anyone" or "signed in"; None for a handler that does not say: it is not served."""
    return getattr(handler, _MARK, None)


def asks_by_itself(handler: object) -> bool:
    return bool(getattr(handler, _BY_ITSELF, False))


async def may_still(request: web.Request, right: Right) -> bool:
    """For an answer that goes on and on: whether the session has not ended meanwhile. Raises
    CoreUnavailable."""
    deps = request.app[DEPS]
    now = deps.clock.now()
    holder = await deps.book.sessions.holder(request[TOKEN], now, used=False)
    return holder is not None and right in roles().of(holder.role).rights


def _request_of(args: tuple[object, ...]) -> web.Request:
    """The last one: the first may be the object whose method it is."""
    request = args[-1]
    assert isinstance(request, web.Request)
    return request


def sign_in_first(request: web.Request) -> web.Response:
    """401 with the form that leads on to the page that was asked for."""
    wanted = request.path_qs if request.method == "GET" else ""
    answer = render(request, "sign_in.html", 401, next=own_path(wanted), fault="", name="")
    answer.headers["WWW-Authenticate"] = 'Bearer realm="12320"'
    return answer


# --- what is answered


def render(request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
    """A template of `templates/` as the answer. It finds `t(key, **values)`, `csrf()`,
    `may(right)`, `style_nonce()`, `visitor` and `language` beside its context; all is escaped."""
    visitor, language = request[VISITOR], language_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            t=partial(words().text, language),
            csrf=partial(_csrf_field, request),
            csrf_token=csrf_token(request),
            style_nonce=partial(style_nonce, request),
            may=lambda right: visitor.may(Right(right)),
            visitor=visitor,
            language=language.value,
            here=own_path(request.path_qs if request.method == "GET" else ""),
            path=request.path,
            navigation=entries_for(visitor.rights) if not visitor.must_change else (),
            **context,
        )
    )
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def label(request: web.Request, key: str, **values: object) -> str:
    """A text of words/*.yaml in the visitor's language. Raises KeyError."""
    return words().text(language_of(request), key, **values)


def language_of(request: web.Request) -> Language:
    """Chinese unless the visitor has chosen English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return Language.ENGLISH if chosen == Language.ENGLISH.value else Language.CHINESE


def own_path(path: str) -> str:
    """A path of ours to go on to, or nothing: no other site is led to."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    own = path.startswith("/") and not parts.scheme and not parts.netloc
    return path if own and "\\" not in path and path.isprintable() else ""


# --- what is written down


async def audit(
    request: web.Request, action: Action, call_id: str | None = None, detail: str = ""
) -> None:
    """Write down that the visitor does `action`, before it is done. `detail` holds nothing
    personal. Raises CoreUnavailable, which the middleware answers: what cannot be written down
    is not shown."""
    deps, by = request.app[DEPS], actor(request)
    entry = Entry(deps.clock.now(), by.name, by.address, action, call_id, detail)
    await deps.book.audit.note(entry)


def actor(request: web.Request) -> By:
    return By(request[VISITOR].name, address_of(request))


def address_of(request: web.Request) -> str:
    """From where it is asked: what our TLS proxy says last, else who is connected."""
    deps, peer = request.app[DEPS], request.remote or ""
    if deps.https and peer in deps.proxies:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        return (forwarded.rpartition(",")[2].strip() or peer)[:64]
    return peer


# --- what a form proves


def csrf_token(request: web.Request) -> str:
    """Made from the cookie's token, which no other site can read (OWASP: HMAC-based token)."""
    return hmac.new(request[TOKEN].encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_holds(request: web.Request, given: str) -> bool:
    own = csrf_token(request).encode()
    return bool(request[TOKEN]) and hmac.compare_digest(own, given.encode(errors="replace"))


def _csrf_field(request: web.Request) -> Markup:
    field = '<input type="hidden" name="{}" value="{}">'
    return Markup(field).format(CSRF_FIELD, csrf_token(request))


def style_nonce(request: web.Request) -> str:
    """For a library that makes a style element (wavesurfer's `cspNonce`): allowed by the policy of
    this one answer. Called from a template, or before an answer is prepared."""
    if _NONCE not in request:
        request[_NONCE] = secrets.token_urlsafe(16)
    return request[_NONCE]


def nonce_given(request: web.Request) -> str:
    """Empty where nothing has asked for one."""
    if _NONCE not in request:
        return ""
    return request[_NONCE]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
