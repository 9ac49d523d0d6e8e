"""The page of what was deleted when."""

from __future__ import annotations

from ivr.web.accounts.rights import Role
from tests.ivr.web.site import Site


async def test_it_tells_the_terms_and_what_was_deleted(site: Site) -> None:
    browser = await site.signed_in("wang", Role.SUPERVISOR)
    assert "还没有删过" in (await browser.get("/retention")).text
    await site.retention.run(site.clock.now())
    shown = (await browser.get("/retention")).text
    for words in (
        "保存 90 天",
        "保存 730 天",
        "录音",
        "审计记录",
        "2026-11-24 09:00",
        "2026-08-26",
    ):
        assert words in shown


async def test_a_reviewer_does_not_see_it(site: Site) -> None:
    browser = await site.signed_in("wang", Role.REVIEWER)
    assert (await browser.get("/retention")).status == 403
