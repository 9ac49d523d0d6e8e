"""Signing in and out as a browser does it."""

from __future__ import annotations

import pytest

from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from ivr.web.accounts.sign_in import FAILURES_OF_ACCOUNT, FAILURES_OF_ADDRESS
from tests.ivr.web.site import PASSWORD, SETTER, Browser, Site

OWN = "violet harbour mandolin"


async def actions(site: Site) -> list[tuple[str, Action]]:
    kept = await site.book.audit.list(AuditFilter(), 100)
    return [(each.entry.actor, each.entry.action) for each in kept]


async def test_signing_in_leads_to_the_page_that_was_asked_for(site: Site) -> None:
    await site.account("wang", Role.ADMINISTRATOR)
    browser = await site.browser()
    answer = await browser.sign_in("wang", next="/audit?actor=wang")
    assert (answer.status, answer.location) == (303, "/audit?actor=wang")
    cookie = next(each for each in answer.cookies if each.startswith("ivr_session="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie, "it ends with the browser"
    assert (await site.browser()).token == ""


async def test_another_site_is_not_led_to(site: Site) -> None:
    await site.account("wang", Role.ADMINISTRATOR)
    for path in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere"):
        assert (await (await site.browser()).sign_in("wang", next=path)).location == "/"


async def test_nobody_else_signs_a_browser_in(site: Site) -> None:
    """Without the token of our form, another site could sign a visitor in to its own account."""
    await site.account("wang", Role.REVIEWER)
    browser = await site.browser()
    form = {"name": "wang", "password": PASSWORD}
    assert (await browser.post_raw("/login", form)).status == 403
    assert (await browser.get("/password")).status == 401


async def test_a_wrong_password_an_unknown_and_a_locked_account_look_the_same(site: Site) -> None:
    for name in ("wang", "qiu"):
        await site.account(name, Role.REVIEWER)
    browser = await site.browser()
    for _ in range(FAILURES_OF_ACCOUNT):
        await browser.sign_in("qiu", "wrong")
    seen = set()
    for name, password in (("wang", "wrong"), ("nobody", "wrong"), ("qiu", PASSWORD)):
        answer = await browser.sign_in(name, password)
        seen.add((answer.status, answer.text.replace(name, "").replace(browser.token, "")))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 403


async def test_an_address_that_only_tries_is_put_off(site: Site) -> None:
    browser = await site.browser()
    for number in range(FAILURES_OF_ADDRESS):
        assert (await browser.sign_in(f"nobody{number}", "wrong")).status == 403
    assert (await browser.sign_in("nobody", "wrong")).status == 429
    site.clock.put_on(minutes=15)
    assert (await browser.sign_in("nobody", "wrong")).status == 403


async def test_who_signs_out_is_out_and_so_is_their_cookie(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    (cookie,) = [each for each in browser.session.cookie_jar if each.key == "ivr_session"]
    assert (await browser.post("/logout")).location == "/login"
    assert (await browser.get("/audit")).status == 401
    kept = {"Cookie": f"ivr_session={cookie.value}"}
    assert (await (await site.browser()).get("/audit", **kept)).status == 401


async def test_a_session_that_nobody_uses_is_over(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    site.clock.put_on(minutes=29)
    assert (await browser.get("/accounts")).status == 200
    site.clock.put_on(minutes=29)
    assert (await browser.get("/accounts")).status == 200
    site.clock.put_on(minutes=30)
    assert (await browser.get("/accounts")).status == 401


async def test_who_is_disabled_is_out_with_the_next_request(site: Site) -> None:
    await site.account("admin", Role.ADMINISTRATOR)
    browser = await site.signed_in("wang", Role.REVIEWER)
    await site.book.accounts.disable("wang", SETTER, site.clock.now())
    assert (await browser.get("/")).status == 401


async def test_signing_in_out_and_in_vain_is_in_the_audit_without_what_was_typed(
    site: Site,
) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    await browser.post("/logout")
    await browser.sign_in("my password by mistake", "wrong")
    assert (await actions(site))[:3] == [
        ("", Action.SIGN_IN_REFUSED),
        ("wang", Action.SIGNED_OUT),
        ("wang", Action.SIGNED_IN),
    ]
    assert "mistake" not in str(await site.book.audit.list(AuditFilter(), 100))


@pytest.fixture
async def newcomer(site: Site) -> tuple[Browser, str]:
    """Somebody who has signed in with a one-time password."""
    given = await site.book.accounts.add("wang", Role.ADMINISTRATOR, SETTER, site.clock.now())
    browser = await site.browser()
    await browser.sign_in("wang", given)
    return browser, given


async def test_a_one_time_password_opens_nothing_but_its_change(
    site: Site, newcomer: tuple[Browser, str]
) -> None:
    browser, given = newcomer
    for path in ("/", "/accounts", "/audit"):
        answer = await browser.get(path)
        assert (answer.status, answer.location) == (303, "/password")
    assert (await browser.post("/accounts", name="li", role="reviewer")).location == "/password"
    await browser.get("/password")
    changed = await browser.post("/password", old=given, new=OWN, again=OWN)
    assert changed.location == "/"
    assert (await browser.get("/accounts")).status == 200
    other = await site.browser()
    assert (await other.sign_in("wang", given)).status == 403
    assert (await other.sign_in("wang", OWN)).status == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "status"),
    [
        ("wrong", OWN, OWN, 403),
        ("{given}", OWN, OWN + "x", 400),
        ("{given}", "short", "short", 400),
        ("{given}", "{given}", "{given}", 400),
        ("{given}", "the wang password", "the wang password", 400),
    ],
)
async def test_a_new_password_that_is_not_taken_changes_nothing(
    newcomer: tuple[Browser, str], old: str, new: str, again: str, status: int
) -> None:
    browser, given = newcomer
    form = {"old": old, "new": new, "again": again}
    filled = {field: text.format(given=given) for field, text in form.items()}
    answer = await browser.post("/password", **filled)
    assert answer.status == status
    assert 'role="alert"' in answer.text
    assert OWN not in answer.text
    assert (await browser.get("/accounts")).location == "/password"


async def test_changing_the_password_ends_the_sessions_elsewhere(site: Site) -> None:
    here = await site.signed_in("wang", Role.ADMINISTRATOR)
    elsewhere = await site.browser()
    await elsewhere.sign_in("wang")
    assert (await here.post("/password", old=PASSWORD, new=OWN, again=OWN)).status == 303
    assert (await here.get("/accounts")).status == 200
    assert (await elsewhere.get("/accounts")).status == 401


async def test_old_passwords_are_not_found_by_trying(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    for _ in range(FAILURES_OF_ACCOUNT):
        assert (await browser.post("/password", old="wrong", new=OWN, again=OWN)).status == 403
    assert (await browser.post("/password", old=PASSWORD, new=OWN, again=OWN)).status == 403
