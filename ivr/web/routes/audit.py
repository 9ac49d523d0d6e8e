"""The audit, for administrators: who did what, when, from where, of which call."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Right
from ivr.web.deps import Deps
from ivr.web.shell import audit, render, requires

PAGE = 50


def routes(deps: Deps) -> list[web.RouteDef]:
    @requires(Right.AUDIT)
    async def show(request: web.Request) -> web.StreamResponse:
        asked = request.query
        wanted = AuditFilter(
            actor=asked.get("actor", "").strip().lower() or None,
            action=_action(asked.get("action", "")),
            call_id=asked.get("call", "").strip() or None,
            since=_day(asked.get("since", ""), 0),
            until=_day(asked.get("until", ""), 1),
            before=_number(asked.get("before", "")),
        )
        await audit(request, Action.AUDIT_SEEN)
        found = await deps.book.audit.list(wanted, PAGE + 1)
        return render(
            request,
            "audit.html",
            entries=found[:PAGE],
            older=found[PAGE - 1].number if len(found) > PAGE else None,
            asked={name: asked.get(name, "") for name in ("actor", "call", "since", "until")},
            action=wanted.action,
            actions=list(Action),
        )

    return [web.get("/audit", show)]


def _action(text: str) -> Action | None:
    try:
        return Action(text)
    except ValueError:
        return None


def _day(text: str, later: int) -> dt.datetime | None:
    """The beginning of a day, `later` days after; what is no day does not narrow anything."""
    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=later)
    except (ValueError, OverflowError):
        return None
    return dt.datetime.combine(day, dt.time())


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
