"""The operator's page of a real conversation that was handed over."""

from __future__ import annotations

from uuid import uuid4

import pytest

from booking_client.demo.seed import seed_demo
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role
from ivr.web.guard import TRIES_AT_ONCE
from tests.ivr.session.test_conversation import NOW
from tests.ivr.web.handed_over import ID_NUMBER, hand_over_a_call
from tests.ivr.web.site import SECRET, Browser, Site

BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
async def page(site: Site) -> str:
    await seed_demo(site.database_url, NOW.date(), 3)
    call_id = await hand_over_a_call(site.database_url, site.folder, site.calls, site.hotline)
    return f"/handover/{call_id}"


@pytest.fixture
async def program(site: Site) -> Browser:
    return await site.browser()


async def test_a_program_sees_wish_slots_reason_and_held_place(page: str, program: Browser) -> None:
    answer = await program.get(page, **BEARER)
    assert answer.status == 200
    for words in ("我要挂鼓楼医院骨科", "南京鼓楼医院", "骨科", "来电人要人工", "已占号", "0001"):
        assert words in answer.text
    assert ID_NUMBER not in answer.text
    assert ID_NUMBER[4:14] not in answer.text
    assert "02583600001" not in answer.text


async def test_the_link_that_softphones_open_leads_there(page: str, program: Browser) -> None:
    answer = await program.get(page.replace("/handover/", "/calls/"), **BEARER)
    assert (answer.status, answer.location) == (303, page)


async def test_an_operator_signs_in_and_is_led_to_the_call(site: Site, page: str) -> None:
    browser = await site.browser()
    await site.account("zhao", Role.OPERATOR)
    assert (await browser.get(page)).status == 401
    assert (await browser.sign_in("zhao", next=page)).location == page
    shown = await browser.get(page)
    assert shown.status == 200
    assert "我要挂鼓楼医院骨科" in shown.text


async def test_who_was_shown_which_call_is_in_the_audit(site: Site, page: str) -> None:
    browser = await site.signed_in("zhao", Role.OPERATOR)
    await browser.get(page)
    wanted = AuditFilter(action=Action.HANDOVER_SEEN)
    (kept,) = await site.book.audit.list(wanted, 10)
    assert (kept.entry.actor, kept.entry.call_id) == ("zhao", page.removeprefix("/handover/"))
    assert kept.entry.address == "127.0.0.1"


async def test_who_manages_accounts_sees_no_call(site: Site, page: str) -> None:
    browser = await site.signed_in("wang", Role.ADMINISTRATOR)
    answer = await browser.get(page)
    assert answer.status == 403
    assert "鼓楼" not in answer.text


async def test_nothing_is_shown_without_a_secret_or_with_a_wrong_one(
    page: str, program: Browser
) -> None:
    for headers, wanted in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": "Bearer"}, 403),
        ({"Cookie": "ivr_session=made-up"}, 401),
    ):
        answer = await program.get(page, **headers)
        assert answer.status == wanted
        assert "鼓楼" not in answer.text


async def test_the_programs_secret_opens_nothing_else(program: Browser) -> None:
    for path in ("/accounts", "/audit"):
        assert (await program.get(path, **BEARER)).status == 403
    assert (await program.get("/password", **BEARER)).status == 401


async def test_secrets_are_not_found_by_trying_and_the_right_one_is_not_kept_waiting(
    page: str, program: Browser
) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    tries = [(await program.get(page, **wrong)).status for _ in range(TRIES_AT_ONCE + 1)]
    assert tries == [403] * TRIES_AT_ONCE + [429]
    assert (await program.get(page, **BEARER)).status == 200


async def test_a_call_that_is_not_there_is_not_found_by_its_beginning(
    page: str, program: Browser
) -> None:
    call_id = page.removeprefix("/handover/")
    for wrong in (call_id[:8], str(uuid4()), "..%2Fbase.css", "%00"):
        answer = await program.get(f"/handover/{wrong}", **BEARER)
        assert answer.status == 404
        assert "鼓楼" not in answer.text
