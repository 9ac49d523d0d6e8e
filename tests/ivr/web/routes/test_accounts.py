"""The administrators' page of accounts."""

from __future__ import annotations

import re

from ivr.web.accounts.rights import Role
from tests.ivr.web.site import Site

_GIVEN = re.compile(r"<code>([A-Z0-9-]{23})</code>")


async def test_a_new_account_signs_in_with_the_password_that_was_shown_once(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    await browser.get("/accounts")
    shown = _GIVEN.search((await browser.post("/accounts", name="Li ", role="reviewer")).text)
    assert shown is not None
    assert _GIVEN.search((await browser.get("/accounts")).text) is None
    other = await site.browser()
    assert (await other.sign_in("li", shown[1])).status == 303


async def test_who_forgot_gets_another(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    await site.account("li", Role.REVIEWER)
    answer = await browser.post("/accounts/change", name="li", what="password")
    shown = _GIVEN.search(answer.text)
    assert shown is not None
    other = await site.browser()
    assert (await other.sign_in("li")).status == 403
    assert (await other.sign_in("li", shown[1])).status == 303


async def test_roles_and_disabling(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    li = await site.signed_in("li", Role.REVIEWER)
    changed = await browser.post("/accounts/change", name="li", what="role", role="administrator")
    assert changed.location == "/accounts"
    assert (await li.get("/accounts")).status == 401, "signs in anew with the other role"
    await li.sign_in("li")
    assert (await li.get("/accounts")).status == 200
    for what, status in (("disable", 403), ("enable", 303), ("unlock", 303)):
        await browser.post("/accounts/change", name="li", what=what)
        assert (await li.sign_in("li")).status == status


async def test_what_cannot_be_is_told(site: Site) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    for path, form, words in (
        ("/accounts", {"name": "wang", "role": "reviewer"}, "已经有这个账号"),
        ("/accounts", {"name": "王", "role": "reviewer"}, "以字母开头"),
        ("/accounts", {"name": "li", "role": "boss"}, "请选一个角色"),
        ("/accounts/change", {"name": "wang", "what": "disable"}, "至少要留一个管理员"),
        ("/accounts/change", {"name": "li", "what": "enable"}, "没有这个账号"),
        ("/accounts/change", {"name": "wang", "what": "promote"}, "这样不行"),
    ):
        answer = await browser.post(path, **form)
        assert answer.status == 400
        assert words in answer.text


async def test_a_name_cannot_become_markup(site: Site) -> None:
    browser = await site.browser()
    answer = await browser.sign_in('"><script>alert(1)</script>', "wrong")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
