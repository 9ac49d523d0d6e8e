"""Whoever may see nothing sees nothing, and every answer carries the same protection."""

from __future__ import annotations

import pytest
from aiohttp import web

from ivr.web import app as application
from ivr.web.accounts.rights import Right, Role, roles
from ivr.web.deps import Deps
from tests.ivr.web.site import Site

PAGES = {"/accounts": Right.ACCOUNTS, "/audit": Right.AUDIT}


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_asked_to_sign_in(site: Site, path: str) -> None:
    answer = await (await site.browser()).get(path)
    assert answer.status == 401
    assert f'name="next" value="{path}"' in answer.text


@pytest.mark.parametrize("role", Role)
async def test_a_role_opens_its_pages_and_no_other(site: Site, role: Role) -> None:
    browser = await site.signed_in("wang", role)
    for path, right in PAGES.items():
        wanted = 200 if right in roles().of(role).rights else 403
        assert (await browser.get(path)).status == wanted


async def test_a_route_that_does_not_say_who_may_is_not_served(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_to_all(request: web.Request) -> web.StreamResponse:
        return web.Response()

    def routes(_: Deps) -> list[web.RouteDef]:
        return [web.get("/open", open_to_all)]

    monkeypatch.setattr(application, "PAGES", (routes,))
    with pytest.raises(application.Unguarded, match="GET /open"):
        application.build_app(site.deps)


async def test_every_answer_forbids_foreign_scripts_frames_and_keeping(site: Site) -> None:
    browser = await site.browser()
    for path in ("/", "/login", "/static/base.css", "/nowhere", "/handover/x", "/static/../app.py"):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        kept = path == "/static/base.css"
        assert headers["Cache-Control"] == ("no-cache" if kept else "no-store")
        assert "Server" not in headers


async def test_a_form_without_our_token_changes_nothing(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    for token in ("", "0" * 64, "错"):
        form = {"csrf": token, "name": "intruder", "role": "administrator"}
        assert (await browser.post_raw("/accounts", form)).status == 403
    assert [account.name for account in await site.book.accounts.list()] == ["wang"]
    assert (await browser.post("/accounts", name="li", role="reviewer")).status == 200
    assert len(await site.book.accounts.list()) == 2


async def test_a_script_sends_the_token_in_a_header(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    form = {"name": "li", "role": "reviewer"}
    answer = await browser.post_raw("/accounts", form, **{"X-CSRF-Token": browser.token})
    assert answer.status == 200


async def test_another_browsers_token_does_not_do(site: Site) -> None:
    mine = await site.signed_in("wang", Role.ADMINISTRATOR)
    other = await site.signed_in("li", Role.ADMINISTRATOR)
    mine.token = other.token
    assert (await mine.post("/accounts", name="chen", role="reviewer")).status == 403
