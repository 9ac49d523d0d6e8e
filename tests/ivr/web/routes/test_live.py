"""Calls in progress on the page, told as they happen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from booking_client.personal_data import PersonalDataKeys
from ivr.live.control import ListenFailed
from ivr.web.accounts.audit import Action, AuditFilter
from ivr.web.accounts.rights import Role, roles
from tests.ivr.web.site import Browser, Site, running_site

CALL, GONE = str(UUID(int=1)), str(UUID(int=2))
PHONE = "PJSIP/8005"


class Switchboard:
    """Stands for the PBX, which is real in tests/ivr/agent/test_supervision.py."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.heard: list[tuple[str, str]] = []

    @property
    def phones(self) -> Sequence[str]:
        return (PHONE,)

    def take_over(self, call_id: str) -> bool:
        self.taken.append(call_id)
        return call_id == CALL

    async def listen_in(self, call_id: str, phone: str) -> bool:
        if phone != PHONE:
            raise ListenFailed("no such telephone")
        self.heard.append((call_id, phone))
        return call_id == CALL


@pytest.fixture
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture
async def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switchboard: Switchboard
) -> AsyncIterator[Site]:
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    url = f"sqlite:///{tmp_path}/ivr.db"
    async with running_site(url, tmp_path, control=switchboard) as site:
        site.live.notice("call_started", CALL, {"caller_last_four": "1234"})
        yield site


@pytest.fixture
async def supervisor(office: Site) -> Browser:
    return await office.signed_in("supervisor", Role.SUPERVISOR)


async def told(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    """The next event of the stream."""
    async with asyncio.timeout(5):
        while not (line := (await stream.content.readline()).decode()).startswith("data: "):
            assert line, "the stream has ended"
    change: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return change


async def test_a_call_is_followed_as_it_is_spoken(office: Site, supervisor: Browser) -> None:
    assert (await supervisor.get("/live")).status == 200
    async with supervisor.session.get(f"{office.url}/live/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert stream.headers["Cache-Control"] == "no-store"
        assert (await told(stream))["calls"][0]["call_id"] == CALL
        office.live.notice("said", CALL, {"text": "请问您要挂哪家医院？"})
        assert (await told(stream))["line"]["text"] == "请问您要挂哪家医院？"
        office.live.notice("call_ended", CALL, {"outcome": "booked", "reason": "completed"})
        assert (await told(stream))["outcome"] == "booked"


async def test_an_open_stream_does_not_hold_the_shutdown(office: Site, supervisor: Browser) -> None:
    async with supervisor.session.get(f"{office.url}/live/events") as stream:
        await told(stream)
        office.live.close()  # as build_app's on_shutdown does
        async with asyncio.timeout(2):
            assert (await stream.content.read()).strip() == b""


async def test_a_call_is_taken_over_and_the_audit_says_by_whom(
    office: Site, supervisor: Browser, switchboard: Switchboard
) -> None:
    await supervisor.get("/live")
    answer = await supervisor.post(f"/live/{CALL}/take-over")
    assert (answer.status, json.loads(answer.text)["told"]) == (200, "正在转人工。")
    assert switchboard.taken == [CALL]
    (kept,) = await office.book.audit.list(AuditFilter(action=Action.CALL_TAKEN_OVER), 5)
    assert (kept.entry.actor, kept.entry.call_id) == ("supervisor", CALL)
    assert (await supervisor.post(f"/live/{GONE}/take-over")).status == 409
    assert (await supervisor.post("/live/nonsense/take-over")).status == 404


async def test_a_supervisor_listens_in_on_a_telephone(
    office: Site, supervisor: Browser, switchboard: Switchboard
) -> None:
    assert PHONE in (await supervisor.get("/live")).text
    assert (await supervisor.post(f"/live/{CALL}/listen-in", phone=PHONE)).status == 200
    assert switchboard.heard == [(CALL, PHONE)]
    assert (await supervisor.post(f"/live/{CALL}/listen-in", phone="PJSIP/else")).status == 409
    assert (await supervisor.post(f"/live/{GONE}/listen-in", phone=PHONE)).status == 409
    assert len(await office.book.audit.list(AuditFilter(action=Action.CALL_LISTENED_IN), 5)) == 3


async def test_only_a_supervisor_may(office: Site) -> None:
    reviewer = await office.signed_in("reviewer", Role.REVIEWER)
    for path in ("/live", "/live/events"):
        assert (await reviewer.get(path)).status == 403
    for what in ("take-over", "listen-in"):
        assert (await reviewer.post(f"/live/{CALL}/{what}")).status == 403


async def test_without_a_pbx_there_are_no_telephones(site: Site) -> None:
    supervisor = await site.signed_in("supervisor", Role.SUPERVISOR)
    page = await supervisor.get("/live")
    assert page.status == 200
    assert 'class="listen-in"' not in page.text
    assert (await supervisor.post(f"/live/{CALL}/take-over")).status == 409


async def test_the_stream_ends_with_the_session_and_does_not_prolong_it(
    office: Site, supervisor: Browser
) -> None:
    idle = roles().of(Role.SUPERVISOR).idle_minutes
    async with supervisor.session.get(f"{office.url}/live/events") as stream:
        await told(stream)
        office.clock.put_on(minutes=idle - 1)
        office.live.notice("said", CALL, {"text": "请问您要挂哪家医院？"})
        assert (await told(stream))["line"]
        office.clock.put_on(minutes=1)
        office.live.notice("said", CALL, {"text": "您要看哪一科？"})
        async with asyncio.timeout(5):
            assert "您要看哪一科" not in (await stream.content.read()).decode()
    async with supervisor.session.get(f"{office.url}/live/events") as refused:
        assert refused.status == 401
