"""The administrators' page of the audit."""

from __future__ import annotations

import datetime as dt

from ivr.web.accounts.audit import Action, AuditFilter, Entry
from ivr.web.accounts.rights import Role
from ivr.web.routes.audit import PAGE
from tests.ivr.web.site import NOW, Browser, Site

CALL = "3f2c9d1e-0000-4000-8000-000000000001"


async def _with_entries(site: Site) -> Browser:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    for number in range(PAGE + 5):
        at = NOW + dt.timedelta(minutes=number)
        await site.book.audit.note(
            Entry(at, "li", "192.0.2.7", Action.RECORDING_HEARD, CALL, f"piece-{number:03d}")
        )
    return browser


async def test_it_tells_who_what_when_and_which_call(site: Site) -> None:
    browser = await _with_entries(site)
    shown = (await browser.get("/audit?actor=li")).text
    for words in ("li", "192.0.2.7", "听了录音", CALL, "2026-11-24 09:54:00", "piece-054"):
        assert words in shown


async def test_older_entries_are_on_the_next_page(site: Site) -> None:
    browser = await _with_entries(site)
    first = (await browser.get("/audit?actor=li")).text
    assert "piece-004" not in first
    before = first.split('name="before" value="')[1].split('"')[0]
    second = (await browser.get(f"/audit?actor=li&before={before}")).text
    assert "piece-004" in second
    assert "piece-005" not in second


async def test_it_is_narrowed_by_action_day_and_call(site: Site) -> None:
    browser = await _with_entries(site)
    for query, found in (
        (f"action=recording_heard&call={CALL}", True),
        ("action=signed_out", False),
        ("since=2026-11-24&until=2026-11-24", True),
        ("since=2026-11-25", False),
        ("until=2026-11-23", False),
        ("since=yesterday&before=x&action=none", True),
        ("until=9999-12-31", True),
    ):
        assert ("piece-054" in (await browser.get(f"/audit?{query}")).text) == found, query


async def test_reading_the_audit_is_in_the_audit_and_so_is_who_may_not(site: Site) -> None:
    browser = await _with_entries(site)
    await browser.get("/audit")
    await (await site.signed_in("chen", Role.REVIEWER)).get("/audit")
    for actor, action in (("wang", Action.AUDIT_SEEN), ("chen", Action.RIGHT_LACKED)):
        assert await site.book.audit.list(AuditFilter(actor=actor, action=action), 1)
