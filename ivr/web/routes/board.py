"""The board: how calls went today, this week, this month, each beside the last."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from ivr.board.periods import Kind, after, before, period
from ivr.web.accounts.rights import Right
from ivr.web.board_view import board_view
from ivr.web.deps import Deps
from ivr.web.shell import label, render, requires

_EARLIEST = dt.date(2000, 1, 1)


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.BOARD)
    async def show(request: web.Request) -> web.StreamResponse:
        now = deps.clock.now()
        kind = _kind(request.query.get("period", ""))
        this = period(kind, _day(request.query.get("day", ""), now.date()))
        last = before(kind, this)
        days = await deps.board.figures((*last.days, *this.days))
        words = {key: label(request, f"board.{key}") for key in ("calls", "confidence", "latency")}
        following = after(kind, this)
        return render(
            request,
            "board.html",
            view=board_view(kind, this, days, now, words),
            kinds=list(Kind),
            today=now.date(),
            previous=last.first,
            following=following.first if following.first <= now.date() else None,
        )

    return [web.get("/board", show)]


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        return Kind.DAY


def _day(text: str, today: dt.date) -> dt.date:
    """What is no day, or is one to come, is today."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if _EARLIEST <= day <= today else today
