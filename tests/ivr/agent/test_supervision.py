"""A supervisor and a call in progress, over real SIP: seen on the page, heard, taken over."""

from __future__ import annotations

import asyncio
import json
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio

from ivr.clock import SystemClock
from ivr.web.accounts.rights import Role
from ivr.web.accounts.store import AccountBook
from tests.ivr.agent.whole_call import Exchange, exchange, story
from tests.ivr.web.site import PASSWORD, SETTER, Browser
from tests.pbx.lab import longest_heard

pytestmark = [pytest.mark.sip, pytest.mark.models]
PHONE = "PJSIP/crisis"  # the lab's second telephone


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Exchange]:
    folder = tmp_path_factory.mktemp("supervised")
    async with exchange(folder, supervisors=(PHONE,), queue_seconds=5) as running:
        yield running


async def signed_in(up: Exchange, session: aiohttp.ClientSession) -> Browser:
    book, now = await AccountBook.open(up.config.database_url), SystemClock().now()
    try:
        given = await book.accounts.add("supervisor", Role.SUPERVISOR, SETTER, now)
        who = await book.sign_in.attempt("supervisor", given, "test", now)
        assert who is not None
        await book.accounts.set_own_password(who.account, PASSWORD, SETTER, now)
    finally:
        await book.close()
    browser = Browser(session, f"http://127.0.0.1:{up.config.web.port}")
    assert (await browser.sign_in("supervisor")).status == 303
    return browser


async def seen(stream: aiohttp.ClientResponse, kind: str) -> dict[str, Any]:
    """The next change of that kind."""
    while True:
        line = (await stream.content.readline()).decode()
        assert line, "the stream has ended"
        change = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
        if change.get("kind") == kind:
            return dict(change)


def loudness(recording: Path) -> float:
    with wave.open(str(recording)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


@pytest.mark.asyncio(loop_scope="module")
async def test_a_call_is_followed_heard_and_taken_over(up: Exchange, tmp_path: Path) -> None:
    heard_by_caller = tmp_path / "heard.wav"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        supervisor = await signed_in(up, session)
        assert PHONE in (await supervisor.get("/live")).text
        async with (
            asyncio.timeout(90),
            session.get(f"{supervisor.url}/live/events") as stream,
            up.lab.counsellor(stays=60.0, speaks=2.0) as telephone,
        ):
            await telephone.wait_for("registered", seconds=5)
            calling = asyncio.create_task(up.call("says_nothing.yaml", heard_by_caller))
            call_id = (await seen(stream, "began"))["call"]["call_id"]
            assert "机器人" in (await seen(stream, "line"))["line"]["text"]
            path = f"/live/{call_id}"
            answer = await supervisor.post(f"{path}/listen-in", phone=PHONE)
            assert answer.status == 200, answer.text
            await seen(stream, "state")  # the caller's turn, once the agent has spoken
            assert (await supervisor.post(f"{path}/take-over")).status == 200
            assert (await seen(stream, "ended"))["reason"] == "taken_over"
            report = await calling
            await telephone.wait_for("disconnected", seconds=10)
    assert (report.outcome, report.reason) == ("transferred", "taken_over"), story(report)
    recorded = next(iter(sorted(up.lab.folder.glob("call-*.wav"))))
    assert loudness(recorded) > 100, "the telephone has heard the call"
    assert up.lab.operator.times("incoming") == 1, "a person was rung for"
    assert longest_heard(heard_by_caller, "counsellor") < 0.5, "who listens in is not heard"
