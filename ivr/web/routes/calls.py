"""The list of calls: filters, words of the transcripts, searches that are kept, pages back in time.

Filters come by a link (what finds nobody) or posted; see ivr.web.calls.filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web
from multidict import MultiMapping

from dialogs.outcomes import Category, Outcome, Reason
from grammars.knowledge import hospital_candidates
from grammars.meaning import Slot
from ivr.call_search.finder import CallPage
from ivr.call_search.terms import LOW_CONFIDENCES, lengths
from ivr.reviews.reviews import ReviewRefused
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.calls.filters import NONE, BadFilter, Filters, read_filters
from ivr.web.deps import Deps
from ivr.web.shell import VISITOR, audit, render, requires

_LONGEST_PLACE = 18  # digits


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Calls(deps)
    return [
        web.get("/calls", pages.linked),
        web.post("/calls", pages.posted),
        web.post("/calls/saved", pages.saved),
        web.post("/calls/keep", pages.keep),
        web.post("/calls/drop", pages.drop),
    ]


class _Calls:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @requires(Right.CALLS)
    async def linked(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, _several(request.query), posted=False)

    @requires(Right.CALLS)
    async def posted(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        return await self._answer(request, _several(form), posted=True)

    @requires(Right.CALLS)
    async def saved(self, request: web.Request) -> web.StreamResponse:
        """Open a search that was kept."""
        number = str((await request.post()).get("number", ""))
        for search in await self._deps.search.saved.of(request[VISITOR].name):
            if str(search.number) == number:
                return await self._answer(request, search.filters, posted=True)
        raise web.HTTPNotFound

    @requires(Right.CALLS)
    async def keep(self, request: web.Request) -> web.StreamResponse:
        """Keep the search that is shown under a name, without a caller's number."""
        form = await request.post()
        given = _several(form)
        try:
            filters = read_filters(given, posted=True)
            await self._deps.search.saved.keep(
                request[VISITOR].name,
                str(form.get("name", "")),
                filters.kept,
                self._deps.clock.now(),
            )
        except (BadFilter, ReviewRefused) as fault:
            return await self._answer(request, given, posted=True, told=f"calls.{fault.key}")
        return await self._answer(request, given, posted=True, told="calls.kept")

    @requires(Right.CALLS)
    async def drop(self, request: web.Request) -> web.StreamResponse:
        number = str((await request.post()).get("number", ""))
        if number.isascii() and number.isdigit() and len(number) < _LONGEST_PLACE:
            await self._deps.search.saved.drop(request[VISITOR].name, int(number))
        raise web.HTTPSeeOther("/calls")

    async def _answer(
        self,
        request: web.Request,
        given: Mapping[str, Sequence[str]],
        *,
        posted: bool,
        told: str = "",
    ) -> web.Response:
        search = self._deps.search
        try:
            filters = read_filters(given, posted=posted)
            fault = ""
        except BadFilter as bad:
            filters, fault = read_filters({}, posted=True), f"calls.{bad.key}"
        older, newer = _place(given, "older"), _place(given, "newer")
        if fault:
            page = CallPage((), 0, None, None)
        else:
            await audit(request, Action.CALLS_SEARCHED, detail=filters.names)
            page = await search.finder.page(filters.query, older_than=older, newer_than=newer)
        return render(
            request,
            "calls.html",
            400 if fault else 200,
            page=page,
            filters=filters,
            fault=fault,
            told=told,
            saved=await search.saved.of(request[VISITOR].name),
            choices=await self._choices(filters),
            none=NONE,
        )

    async def _choices(self, filters: Filters) -> dict[str, list[str]]:
        """The values of each filter that may be chosen; those of a link that are unknown too."""
        tags = await self._deps.search.reviews.tags()
        return {
            "outcome": [each.value for each in Outcome],
            "reason": [each.value for each in Reason],
            "category": [each.value for each in Category],
            "asked": [each.value for each in Slot],
            "hospital": _with(_HOSPITALS, filters, "hospital"),
            "tag": _with(tags, filters, "tag"),
            "length": list(lengths()),
            "below": [str(limit) for limit in LOW_CONFIDENCES],
            "hour": [f"{hour:02}" for hour in range(24)],
        }


_HOSPITALS = sorted(each.name for each in hospital_candidates())


def _with(values: Sequence[str], filters: Filters, name: str) -> list[str]:
    return list(dict.fromkeys((*filters.fields.get(name, ()), *values)))


def _several(values: MultiMapping[object]) -> dict[str, list[str]]:
    """Every name with its values; files are none."""
    return {
        name: [value for value in values.getall(name) if isinstance(value, str)]
        for name in set(values.keys())
    }


def _place(given: Mapping[str, Sequence[str]], name: str) -> int | None:
    text = next(iter(given.get(name, ())), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PLACE else None
