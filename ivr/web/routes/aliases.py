"""Wording and aliases: propose what callers say for a name, try it against every call, put it live.

An alias goes live only after a trial in which no call that is understood today would be lost.
"""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from grammars.knowledge import department_candidates, hospital_candidates
from ivr.aliases.overlay import (
    SLOTS,
    AliasEntry,
    NamedSlot,
    NoSuchAlias,
    read_aliases,
    withdraw_alias,
)
from ivr.aliases.trials import NotLive, RunningTrial, TrialRunning
from ivr.aliases.trying import ENOUGH_WRONG
from ivr.board.figures import Figures, NameCorrection
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.deps import Deps
from ivr.web.shell import VISITOR, audit, render, requires

LOOKED_BACK = 30  # days, for names that were misunderstood
MOST_NAMES = 20
_LONGEST = 60  # characters of a field


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Pages(deps)
    return [
        web.get("/aliases", pages.show),
        web.post("/aliases", pages.propose),
        web.post("/aliases/undo", pages.undo),
        web.get("/aliases/{trial:[0-9a-f]{32}}", pages.trial),
        web.get("/aliases/{trial:[0-9a-f]{32}}/state", pages.state),
        web.post("/aliases/{trial:[0-9a-f]{32}}/live", pages.live),
    ]


class _Pages:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._trials = deps.trials

    @requires(Right.ALIASES_PROPOSE)
    async def show(self, request: web.Request) -> web.StreamResponse:
        return await self._page(request)

    @requires(Right.ALIASES_PROPOSE)
    async def propose(self, request: web.Request) -> web.StreamResponse:
        """Start a trial; or, with `what` = fill, only show the form with the given words."""
        form = await request.post()
        slot = _slot(str(form.get("slot", "")))
        name, alias = (str(form.get(field, "")).strip()[:_LONGEST] for field in ("name", "alias"))
        if slot is None:
            raise web.HTTPBadRequest
        filled = {"slot": slot.value, "name": name, "alias": alias}
        if form.get("what") == "fill":
            return await self._page(request, filled=filled)
        if not name or not alias:
            return await self._page(request, 400, fault="aliases.incomplete", filled=filled)
        try:
            trial = self._trials.start(slot, name, alias, request[VISITOR].name)
        except TrialRunning:
            return await self._page(request, 409, fault="aliases.busy", filled=filled)
        await audit(request, Action.ALIAS_PROPOSED, detail=f"{alias} = {name}")
        raise web.HTTPSeeOther(f"/aliases/{trial.number}")

    @requires(Right.ALIASES_PROPOSE)
    async def trial(self, request: web.Request) -> web.StreamResponse:
        return await self._trial_page(request, self._asked(request))

    @requires(Right.ALIASES_PROPOSE)
    async def state(self, request: web.Request) -> web.StreamResponse:
        trial = self._asked(request)
        report = trial.report
        return web.json_response({"done": report.done, "of": report.of, "over": trial.over})

    @requires(Right.ALIASES_LIVE)
    async def live(self, request: web.Request) -> web.StreamResponse:
        trial = self._asked(request)
        await audit(request, Action.ALIAS_LIVE, detail=f"{trial.alias} = {trial.name}")
        try:
            self._trials.put_live(trial, request[VISITOR].name)
        except NotLive:
            return await self._trial_page(request, trial, 409, fault="aliases.not_live")
        raise web.HTTPSeeOther("/aliases")

    @requires(Right.ALIASES_LIVE)
    async def undo(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        slot, alias = _slot(str(form.get("slot", ""))), str(form.get("alias", ""))[:_LONGEST]
        if slot is None:
            raise web.HTTPBadRequest
        await audit(request, Action.ALIAS_UNDONE, detail=alias)
        now = self._deps.clock.now().replace(microsecond=0)
        try:
            withdraw_alias(self._trials.aliases, slot, alias, request[VISITOR].name, now)
        except NoSuchAlias:
            return await self._page(request, 409, fault="aliases.no_such")
        raise web.HTTPSeeOther("/aliases")

    def _asked(self, request: web.Request) -> RunningTrial:
        trial = self._trials.find(request.match_info["trial"])
        if trial is None:
            raise web.HTTPNotFound
        return trial

    async def _page(
        self,
        request: web.Request,
        status: int = 200,
        *,
        fault: str = "",
        filled: dict[str, str] | None = None,
    ) -> web.Response:
        entries = read_aliases(self._trials.aliases).aliases
        return render(
            request,
            "aliases.html",
            status,
            live=[entry for entry in entries if entry.live],
            history=list(reversed(entries)),
            trials=self._trials.newest,
            misunderstood=await self._misunderstood(entries),
            slots=SLOTS,
            names={slot.value: _names(slot) for slot in SLOTS},
            filled=filled or {"slot": SLOTS[0].value, "name": "", "alias": ""},
            fault=fault,
        )

    async def _trial_page(
        self, request: web.Request, trial: RunningTrial, status: int = 200, fault: str = ""
    ) -> web.Response:
        return render(
            request,
            "alias_trial.html",
            status,
            trial=trial,
            enough_wrong=ENOUGH_WRONG,
            fault=fault,
        )

    async def _misunderstood(self, entries: tuple[AliasEntry, ...]) -> list[NameCorrection]:
        """Names of the last weeks that an alias may mend."""
        today = self._deps.clock.now().date()
        days = [today - dt.timedelta(days=number) for number in range(LOOKED_BACK)]
        figures = Figures((await self._deps.board.figures(days)).values())
        mended = {(entry.slot, entry.alias) for entry in entries if entry.live}
        return [
            name
            for name in figures.names(2 * MOST_NAMES)
            if name.slot in SLOTS and (name.slot, name.words) not in mended
        ][:MOST_NAMES]


def _names(slot: NamedSlot) -> list[str]:
    candidates = hospital_candidates() if slot is SLOTS[0] else department_candidates()
    return [candidate.name for candidate in candidates]


def _slot(text: str) -> NamedSlot | None:
    return next((slot for slot in SLOTS if slot.value == text), None)
