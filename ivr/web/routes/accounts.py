"""Accounts, for administrators: new ones, roles, forgotten passwords, who may no longer."""

from __future__ import annotations

from aiohttp import web

from ivr.web.accounts.accounts import AccountRefused
from ivr.web.accounts.rights import Right, Role, roles
from ivr.web.deps import Deps
from ivr.web.shell import actor, render, requires


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Pages(deps)
    return [
        web.get("/accounts", pages.list),
        web.post("/accounts", pages.add),
        web.post("/accounts/change", pages.change),
    ]


class _Pages:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._accounts = deps.book.accounts

    @requires(Right.ACCOUNTS)
    async def list(self, request: web.Request) -> web.StreamResponse:
        return await self._page(request)

    @requires(Right.ACCOUNTS)
    async def add(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        name, role = str(form.get("name", "")).strip().lower(), _role(str(form.get("role", "")))
        if role is None:
            return await self._page(request, 400, fault="accounts.no_role")
        now, by = self._deps.clock.now(), actor(request)
        try:
            password = await self._accounts.add(name, role, by, now)
        except AccountRefused as refused:
            return await self._page(request, 400, fault=refused.key)
        return await self._page(request, password=password, holder=name)

    @requires(Right.ACCOUNTS)
    async def change(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        name, what = str(form.get("name", "")), str(form.get("what", ""))
        role = _role(str(form.get("role", "")))
        now, by = self._deps.clock.now(), actor(request)
        accounts = self._accounts
        try:
            if what == "password":
                password = await accounts.give_password(name, by, now)
                return await self._page(request, password=password, holder=name)
            if what == "role" and role is not None:
                await accounts.set_role(name, role, by, now)
            elif what == "disable":
                await accounts.disable(name, by, now)
            elif what == "enable":
                await accounts.enable(name, by, now)
            elif what == "unlock":
                await accounts.unlock(name, by, now)
            else:
                raise web.HTTPBadRequest
        except AccountRefused as refused:
            return await self._page(request, 400, fault=refused.key)
        raise web.HTTPSeeOther("/accounts")

    async def _page(
        self,
        request: web.Request,
        status: int = 200,
        *,
        fault: str = "",
        password: str = "",
        holder: str = "",
    ) -> web.Response:
        return render(
            request,
            "accounts.html",
            status,
            accounts=await self._accounts.list(),
            now=self._deps.clock.now(),
            roles=list(Role),
            rights={role: sorted(roles().of(role).rights) for role in Role},
            fault=fault,
            password=password,
            holder=holder,
        )


def _role(text: str) -> Role | None:
    try:
        return Role(text)
    except ValueError:
        return None
