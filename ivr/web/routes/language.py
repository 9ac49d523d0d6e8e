"""The switch between Chinese and English."""

from __future__ import annotations

from aiohttp import web

from ivr.web.deps import Deps
from ivr.web.guard import COOKIES
from ivr.web.shell import LANGUAGE_COOKIE, anyone, own_path
from ivr.web.words import Language

_A_YEAR = 365 * 24 * 3600


def routes(_: Deps) -> list[web.RouteDef]:
    return [web.post("/language", choose)]


@anyone
async def choose(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    english = form.get("language") == Language.ENGLISH.value
    chosen = Language.ENGLISH if english else Language.CHINESE
    answer = web.Response(
        status=303, headers={"Location": own_path(str(form.get("next", ""))) or "/"}
    )
    request.app[COOKIES].set(answer, LANGUAGE_COOKIE, chosen.value, _A_YEAR)
    return answer
