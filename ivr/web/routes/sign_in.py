"""Signing in and out, changing one's own password, and the first page."""

from __future__ import annotations

from aiohttp import web

from ivr.web.accounts.accounts import By
from ivr.web.accounts.audit import Action, Entry
from ivr.web.accounts.passwords import LONGEST, fault_of
from ivr.web.accounts.sign_in import TooManyTries
from ivr.web.deps import Deps
from ivr.web.guard import COOKIES
from ivr.web.navigation import first_page
from ivr.web.shell import (
    TOKEN,
    VISITOR,
    address_of,
    anyone,
    audit,
    own_path,
    render,
    signed_in,
)


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Pages(deps)
    return [
        web.get("/", pages.first),
        web.get("/login", pages.form),
        web.post("/login", pages.sign_in),
        web.post("/logout", pages.sign_out),
        web.get("/password", pages.password_form),
        web.post("/password", pages.change_password),
    ]


class _Pages:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @signed_in
    async def first(self, request: web.Request) -> web.StreamResponse:
        visitor = request[VISITOR]
        if visitor.must_change:
            raise web.HTTPSeeOther("/password")
        if page := first_page(visitor.rights):
            raise web.HTTPSeeOther(page)
        return render(request, "message.html", message="shell.waits_for_calls")

    @anyone
    async def form(self, request: web.Request) -> web.StreamResponse:
        if request[VISITOR].account is not None:
            raise web.HTTPSeeOther("/")
        return render(request, "sign_in.html", next="", fault="", name="")

    @anyone
    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        name, password = (
            str(form.get("name", "")).strip().lower()[:64],
            str(form.get("password", "")),
        )
        target = own_path(str(form.get("next", "")))
        now, address = self._deps.clock.now(), address_of(request)
        book = self._deps.book
        fault, status = "sign_in.wrong", 403
        who = None
        try:
            if len(password) <= LONGEST:
                who = await book.sign_in.attempt(name, password, address, now)
        except TooManyTries:
            fault, status = "shell.too_many_tries", 429
        if who is None:
            # Not the name: what was typed there may have been the password.
            await book.audit.note(Entry(now, "", address, Action.SIGN_IN_REFUSED))
            return render(request, "sign_in.html", status, next=target, fault=fault, name=name)
        await book.audit.note(Entry(now, who.name, address, Action.SIGNED_IN))
        token = await book.sessions.open(who.account, who.role, now)
        answer = web.Response(status=303, headers={"Location": target or "/"})
        cookies = request.app[COOKIES]
        cookies.set(
            answer, cookies.session, token, None
        )  # it ends with the browser, or in the table
        cookies.delete(answer, cookies.stranger)
        return answer

    @anyone
    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        cookies = request.app[COOKIES]
        if request[VISITOR].account is not None:
            await audit(request, Action.SIGNED_OUT)
            await self._deps.book.sessions.close(request[TOKEN])
        answer = web.Response(status=303, headers={"Location": "/login"})
        cookies.delete(answer, cookies.session)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    @signed_in
    async def password_form(self, request: web.Request) -> web.StreamResponse:
        return render(request, "password.html", fault="")

    @signed_in
    async def change_password(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        old, new, again = (str(form.get(field, "")) for field in ("old", "new", "again"))
        visitor, now = request[VISITOR], self._deps.clock.now()
        assert visitor.account is not None
        assert visitor.role is not None
        by = By(visitor.name, address_of(request))
        fault, status = fault_of(new, visitor.name), 400
        if new != again:
            fault = "password.not_the_same"
        elif not fault and new == old:
            fault = "password.is_the_old_one"
        elif not fault:
            try:
                right = await self._deps.book.sign_in.attempt(visitor.name, old, by.address, now)
                if right is None:
                    fault, status = "password.wrong", 403
            except TooManyTries:
                fault, status = "shell.too_many_tries", 429
        if fault:
            return render(request, "password.html", status, fault=fault)
        await self._deps.book.accounts.set_own_password(visitor.account, new, by, now)
        token = await self._deps.book.sessions.open(visitor.account, visitor.role, now)
        answer = web.Response(status=303, headers={"Location": "/"})
        cookies = request.app[COOKIES]
        cookies.set(answer, cookies.session, token, None)
        return answer
