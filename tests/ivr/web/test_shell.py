"""Where a visitor comes from, and where they may be led to."""

from __future__ import annotations

import pytest

from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from ivr.web.shell import own_path
from tests.ivr.web.site import Site, running_site


@pytest.mark.parametrize(
    ("path", "led_to"),
    [
        ("/handover/1", "/handover/1"),
        ("/audit?actor=wang", "/audit?actor=wang"),
        ("https://elsewhere.example/", ""),
        ("//elsewhere.example/", ""),
        ("/\\elsewhere.example", ""),
        ("\\\\elsewhere.example", ""),
        ("/\t/elsewhere.example", ""),
        ("/a\r\nSet-Cookie: x=y", ""),
        ("javascript:alert(1)", ""),
        ("elsewhere", ""),
        ("//[", ""),
        ("", ""),
    ],
)
def test_nobody_is_led_to_another_site(path: str, led_to: str) -> None:
    assert own_path(path) == led_to


async def _address_of_sign_in(site: Site, forwarded: str) -> str:
    await site.account("wang", Role.REVIEWER)
    browser = await site.browser()
    (cookie,) = (await browser.get("/login")).cookies
    form = {"csrf": browser.token, "name": "wang", "password": "wrong"}
    # The jar keeps a secure cookie back: the TLS proxy that it is meant for is not there.
    headers = {"X-Forwarded-For": forwarded, "Cookie": cookie.partition(";")[0]}
    await browser.post_raw("/login", form, **headers)
    wanted = AuditFilter(action=Action.SIGN_IN_REFUSED)
    (kept,) = await site.book.audit.list(wanted, 10)
    return kept.entry.address


async def test_without_a_proxy_nobody_says_for_themselves_where_they_are(site: Site) -> None:
    assert await _address_of_sign_in(site, "192.0.2.7") == "127.0.0.1"


async def test_behind_the_tls_proxy_its_own_word_counts_not_the_browsers(
    sqlite_url: str, site: Site
) -> None:
    async with running_site(sqlite_url, site.folder, https=True) as proxied:
        assert await _address_of_sign_in(proxied, "203.0.113.9, 192.0.2.7") == "192.0.2.7"


async def test_over_tls_cookies_are_bound_to_this_host(sqlite_url: str, site: Site) -> None:
    async with running_site(sqlite_url, site.folder, https=True) as proxied:
        answer = await (await proxied.browser()).get("/login")
        (cookie,) = answer.cookies
        assert cookie.startswith("__Host-ivr_stranger=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "max-age" in answer.headers["Strict-Transport-Security"]
