"""The list of calls over HTTP."""

from __future__ import annotations

import pytest

from dialogs.outcomes import Outcome, Reason
from ivr.call_log import CallLog
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from tests.ivr.call_search.log_of_calls import SomeCall, at, write
from tests.ivr.web.site import Site

GOOD = SomeCall(1, at(8), heard="我要挂鼓楼医院")
BAD = SomeCall(
    2,
    at(9),
    outcome=Outcome.TRANSFERRED,
    reason=Reason.TWO_STRIKES,
    heard="今天太阳真好",
    confidence=0.2,
    caller="13900005678",
)


@pytest.fixture
async def listed(site: Site) -> Site:
    log = await CallLog.open(site.database_url)
    await write(log, [GOOD, BAD])
    await log.close()
    assert await site.search.index.catch_up() == 2
    return site


async def test_a_link_shows_the_calls_behind_a_figure(listed: Site) -> None:
    browser = await listed.signed_in("lin", Role.SUPERVISOR)
    answer = await browser.get("/calls?outcome=transferred&since=2026-11-24T00:00&hour=9")
    assert answer.status == 200
    assert BAD.call_id in answer.text
    assert GOOD.call_id not in answer.text


async def test_words_and_the_last_four_are_posted_and_stand_in_no_link(listed: Site) -> None:
    browser = await listed.signed_in("lin", Role.REVIEWER)
    await browser.get("/calls")
    found = await browser.post("/calls", words="太阳真好", last_four="5678")
    assert BAD.call_id in found.text
    assert GOOD.call_id not in found.text
    assert "?" not in "".join(part for part in found.text.split('"') if part.startswith("/calls"))
    refused = await browser.get("/calls?last_four=5678")
    assert refused.status == 400
    assert BAD.call_id not in refused.text


async def test_the_audit_holds_which_filters_were_used_but_no_value(listed: Site) -> None:
    browser = await listed.signed_in("lin", Role.REVIEWER)
    await browser.get("/calls")
    await browser.post("/calls", words="太阳真好", last_four="5678")
    entries = await listed.book.audit.list(AuditFilter(action=Action.CALLS_SEARCHED), 10)
    assert entries[0].entry.detail == "last_four words"


async def test_pages_lead_back_and_forth(site: Site) -> None:
    log = await CallLog.open(site.database_url)
    await write(log, [SomeCall(number, at(8, number)) for number in range(1, 56)])
    await log.close()
    await site.search.index.catch_up()
    browser = await site.signed_in("lin", Role.SUPERVISOR)
    first = await browser.get("/calls")
    assert first.text.count('href="/calls/') == 50
    older = first.text.split('name="older" value="')[1].split('"')[0]
    second = await browser.post("/calls", older=older)
    assert second.text.count('href="/calls/') == 5
    newer = second.text.split('name="newer" value="')[1].split('"')[0]
    again = await browser.post("/calls", newer=newer)
    assert again.text.count('href="/calls/') == 50


async def test_a_search_is_kept_opened_and_deleted(listed: Site) -> None:
    browser = await listed.signed_in("lin", Role.SUPERVISOR)
    await browser.get("/calls")
    kept = await browser.post(
        "/calls/keep", name="没听懂的", outcome="transferred", last_four="5678"
    )
    number = kept.text.split('name="number" value="')[1].split('"')[0]
    opened = await browser.post("/calls/saved", number=number)
    assert BAD.call_id in opened.text
    assert GOOD.call_id not in opened.text
    other = await listed.signed_in("wu", Role.SUPERVISOR)
    await other.get("/calls")
    assert (await other.post("/calls/saved", number=number)).status == 404
    assert (await browser.post("/calls/drop", number=number)).status == 303
    assert "没听懂的" not in (await browser.get("/calls")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "鼓"},
        {"outcome": "lost"},
        {"since": "2026-13-01"},
        {"last_four": "<b>"},
        {"hour": "<script>"},
    ],
)
async def test_a_bad_filter_is_told_and_finds_nothing(listed: Site, fields: dict[str, str]) -> None:
    browser = await listed.signed_in("lin", Role.SUPERVISOR)
    await browser.get("/calls")
    answer = await browser.post("/calls", **fields)
    assert answer.status == 400
    assert 'role="alert"' in answer.text
    assert GOOD.call_id not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR])
async def test_who_may_not_see_calls_gets_none(listed: Site, role: Role) -> None:
    browser = await listed.signed_in("wu", role)
    answer = await browser.get("/calls")
    assert answer.status == 403
    assert GOOD.call_id not in answer.text
