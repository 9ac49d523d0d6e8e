"""The operator's page of a real conversation, and what is shown to whom."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from booking_client import connect_database
from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from booking_client.demo.seed import seed_demo
from booking_client.personal_data import PersonalDataKeys
from dialogs.commands import Listen
from dialogs.outcomes import Outcome
from dialogs.wording import load_wording
from ivr.agent.call_logging import CallLogging
from ivr.agent.desk import HotlineDesk
from ivr.hotline import Hotline
from ivr.session.call_ports import CallFacts, CallPorts
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.typed import TypedEar, TypedLine, TypedMouth
from ivr.web.app import COOKIE, TRIES_AT_ONCE, build_app
from ivr.web.serving import serving
from ivr.web.sign_in import SESSION_SECONDS, SignIn
from tests.ivr.session.test_conversation import NOW, Notes, PinnedClock

SECRET = "the operators' secret"
ID_NUMBER = "32010619450101001X"
BOUND = 60.0


@dataclass
class Site:
    """The pages over one call that was handed over. `now` is the pages' clock."""

    url: str
    call_id: str
    browser: aiohttp.ClientSession
    now: list[float]

    async def get(self, path: str, **headers: str) -> tuple[int, str, aiohttp.ClientResponse]:
        async with self.browser.get(
            self.url + path, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), answer

    async def post(self, path: str, **form: str) -> tuple[int, str, aiohttp.ClientResponse]:
        async with self.browser.post(self.url + path, data=form, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer

    @property
    def page(self) -> str:
        return f"/calls/{self.call_id}"


async def hand_over_a_call(url: str, folder: Path, calls: CallLogging, hotline: Hotline) -> str:
    """A caller who books until the read-back, gives an ID number and then wants a person."""
    answers = {
        "task": ["我要挂鼓楼医院骨科"],
        "doctor": ["随便"],
        "date": ["后天上午"],
        "choice": ["第一个"],
        "id_number": [ID_NUMBER],
        "confirm": ["转人工"],
    }

    async def read_line(listen: Listen) -> str:
        lines = answers.get(listen.expect.value)
        if not lines:
            raise EOFError
        return lines.pop(0)

    core = await connect_database(url)
    lists = ClosedLists(core)
    await lists.load()
    call_id, clock = str(uuid4()), PinnedClock()
    mouth = TypedMouth(lambda text: None)
    conversation: Conversation
    ear = TypedEar(
        clock,
        mouth,
        read_line,
        lambda report: conversation.ear_reports(report),
        lambda: conversation.line_closed(),
        lambda key: conversation.key_pressed(key),
    )
    ports = CallPorts(
        clock=clock,
        ear=ear,
        mouth=mouth,
        line=TypedLine(),
        core=core,
        registry=DemoRealNameRegistry(),
        reports=DemoReportDesk(),
        lists=lists,
        log=await calls.call_started(call_id, "02583600001", folder / "call.wav", "typed"),
        observer=Notes(),
        desk=HotlineDesk(hotline, clock, lambda: None),
    )
    conversation = Conversation(ports, CallFacts(call_id, "02583600001"), load_wording())
    try:
        async with asyncio.timeout(BOUND):
            assert (await conversation.run()).outcome is Outcome.TRANSFERRED
    finally:
        await core.close()
    return call_id


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    url = f"sqlite:///{tmp_path}/ivr.db"
    await seed_demo(url, NOW.date(), 3)
    keys = PersonalDataKeys.from_environment()
    async with contextlib.AsyncExitStack() as stack:
        longest = dt.timedelta(minutes=15)
        calls = await CallLogging.open(url, "test", longest, PinnedClock(), tmp_path, "typed")
        stack.push_async_callback(calls.aclose)
        hotline = await Hotline.open(url, keys)
        stack.push_async_callback(hotline.close)
        call_id = await hand_over_a_call(url, tmp_path, calls, hotline)
        now = [0.0]
        app = build_app(calls, hotline.handovers, SignIn(SECRET), monotonic=lambda: now[0])
        port = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address, as a browser keeps them
        browser = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        yield Site(f"http://127.0.0.1:{port}", call_id, browser, now)


async def test_the_operator_sees_wish_slots_reason_and_held_place(site: Site) -> None:
    status, text, _ = await site.get(site.page, Authorization=f"Bearer {SECRET}")
    assert status == 200
    for words in ("我要挂鼓楼医院骨科", "南京鼓楼医院", "骨科", "来电人要人工", "已占号", "0001"):
        assert words in text
    assert ID_NUMBER not in text
    assert ID_NUMBER[4:14] not in text
    assert "02583600001" not in text


async def test_nothing_is_shown_without_a_token_or_with_a_wrong_one(site: Site) -> None:
    for headers, wanted in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": "Bearer"}, 403),
        ({"Cookie": f"{COOKIE}=made-up"}, 401),
    ):
        status, text, answer = await site.get(site.page, **headers)
        assert status == wanted
        assert "鼓楼" not in text
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_operator_signs_in_once_and_is_led_to_the_call(site: Site) -> None:
    status, _, answer = await site.post("/login", secret=SECRET, next=site.page)
    assert (status, answer.headers["Location"]) == (303, site.page)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert (await site.get(site.page))[0] == 200
    site.now[0] = SESSION_SECONDS
    assert (await site.get(site.page))[0] == 401


async def test_who_signs_out_is_out(site: Site) -> None:
    await site.post("/login", secret=SECRET, next=site.page)
    assert (await site.post("/logout"))[0] == 303
    assert (await site.get(site.page))[0] == 401


async def test_secrets_are_not_found_by_trying_and_the_right_one_is_not_kept_waiting(
    site: Site,
) -> None:
    tries = [(await site.post("/login", secret="wrong"))[0] for _ in range(TRIES_AT_ONCE + 1)]
    assert tries == [403] * TRIES_AT_ONCE + [429]
    assert (await site.post("/login", secret=SECRET))[0] == 303


async def test_signing_in_leads_to_no_other_site(site: Site) -> None:
    for path in ("https://elsewhere.example/", "//elsewhere.example/calls/", "/\\elsewhere"):
        _, _, answer = await site.post("/login", secret=SECRET, next=path)
        assert answer.headers["Location"] == "/login"


async def test_every_answer_forbids_scripts_frames_and_keeping(site: Site) -> None:
    for path in (site.page, "/login", "/style.css", "/nowhere", "/calls/x"):
        _, _, answer = await site.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_call_that_is_not_there_is_not_found_by_its_beginning(site: Site) -> None:
    for call_id in (site.call_id[:8], str(uuid4()), "..%2Fstyle.css", "%00"):
        status, text, _ = await site.get(f"/calls/{call_id}", Authorization=f"Bearer {SECRET}")
        assert status == 404
        assert "鼓楼" not in text
