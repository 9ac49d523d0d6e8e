"""The dialplan is the safety net: every way in which an agent can fail, on the real Asterisk.

A fault is followed by the first word of the sentence within 5 s, and the caller is in
the operators' queue within 10 s; both are measured at the caller's and the operator's phones.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.agent.watchdog import Watchdog
from ivr.pbx.safety_sounds import LONGEST_SAFETY_NET
from ivr.pbx.settings import REPOSITORY
from ivr.pbx.sip_phone import SipPhone
from tests.pbx.lab import SENTENCE_SECONDS, PbxLab, first_heard, pbx_lab, who_is_heard

pytestmark = pytest.mark.sip

FIRST_WORD_LIMIT = 5.0
QUEUE_LIMIT = 10.0
WATCHDOG_LIMIT = 2.5  # config.yaml, agent.heartbeat_limit


@contextlib.asynccontextmanager
async def line_agent(
    lab: PbxLab, monkeypatch: pytest.MonkeyPatch, *options: str
) -> AsyncIterator[list[int]]:
    """The agent process under the real watchdog; yields the process ids it has had."""
    pids: list[int] = []
    port = lab.agent_port
    monkeypatch.setenv("IVR_AMI_SECRET", lab.settings.ami_secret)
    command = [sys.executable, "-m", "tests.pbx.line_agent", "--agi-port", str(port)]
    command += ["--ami-port", str(lab.settings.ami_port), *options]
    watchdog = Watchdog(command, WATCHDOG_LIMIT, pids.append)
    with contextlib.chdir(REPOSITORY):
        task = asyncio.create_task(watchdog.run())
        try:
            await listening(port)
            yield pids
        finally:
            watchdog.stop()
            await task


async def listening(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.05)


async def hears(phone: SipPhone, seconds: float = 5.0) -> None:
    """Until something that is not silence comes down the line."""
    async with asyncio.timeout(seconds):
        async for frame in phone.heard():
            if max(frame[1::2]) > 8 and min(frame[1::2]) < 247:
                return


async def assert_rescued(lab: PbxLab, phone: SipPhone, fault: float) -> None:
    """`fault`: time.monotonic() at which it happened, from which the limits count."""
    operator = await lab.operator.wait_for("incoming", seconds=QUEUE_LIMIT + 5)
    await phone.wait_for("disconnected", seconds=20)  # the operator has said it all
    media = phone.happened("media")
    assert media is not None
    recording = lab.recordings[-1]
    sentence = first_heard(recording, "safety net")
    assert sentence is not None, f"the caller heard {who_is_heard(recording)}"
    assert media.t + sentence - fault < FIRST_WORD_LIMIT
    # as if the sentence were as long as it may be
    assert operator.t - fault - SENTENCE_SECONDS + LONGEST_SAFETY_NET < QUEUE_LIMIT
    after = [who for at, who in who_is_heard(recording) if at >= sentence and who != "nobody"]
    assert after in (["safety net", "ringing", "operator"], ["safety net", "operator"])


async def test_agent_is_not_running(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path) as lab, lab.caller() as phone:
        answered = await phone.wait_for("answered", seconds=5)
        await assert_rescued(lab, phone, answered.t)


async def test_agent_is_killed_in_mid_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch) as pids,
        lab.caller() as phone,
    ):
        await hears(phone)
        os.kill(pids[0], signal.SIGKILL)
        await assert_rescued(lab, phone, asyncio.get_running_loop().time())
        assert first_heard(lab.recordings[0], "agent") is not None


async def test_agent_is_stopped_in_mid_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch) as pids,
        lab.caller() as phone,
    ):
        await hears(phone)
        os.kill(pids[0], signal.SIGSTOP)
        await assert_rescued(lab, phone, asyncio.get_running_loop().time())
        assert first_heard(lab.recordings[0], "agent") is not None


async def test_audiosocket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--line", "refused"),
        lab.caller() as phone,
    ):
        answered = await phone.wait_for("answered", seconds=5)
        await assert_rescued(lab, phone, answered.t)


async def test_audiosocket_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--line", "silent"),
        lab.caller() as phone,
    ):
        answered = await phone.wait_for("answered", seconds=5)
        await assert_rescued(lab, phone, answered.t)


async def test_agent_accepts_the_call_but_never_takes_it_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its event loop lives, so the watchdog sees nothing: the dialplan's own limit ends it."""
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--line", "none"),
        lab.caller() as phone,
    ):
        answered = await phone.wait_for("answered", seconds=5)
        await assert_rescued(lab, phone, answered.t)


async def test_agent_closes_without_saying_how_the_call_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--after", "0.5"),
        lab.caller() as phone,
    ):
        await hears(phone)
        await assert_rescued(lab, phone, asyncio.get_running_loop().time())


async def test_a_call_that_ended_well_is_hung_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--end", "hangup", "--after", "1"),
        lab.caller() as phone,
    ):
        over = await phone.wait_for("disconnected", seconds=10)
        assert over.facts["cause"] == "remote"
        assert first_heard(lab.recordings[0], "agent") is not None
        assert first_heard(lab.recordings[0], "safety net") is None
        assert lab.operator.happened("incoming") is None


async def test_a_transfer_goes_to_the_queue_without_the_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        pbx_lab(tmp_path) as lab,
        line_agent(lab, monkeypatch, "--end", "transfer", "--after", "1"),
        lab.caller(number="02583600000") as phone,
    ):
        incoming = await lab.operator.wait_for("incoming", seconds=10)
        assert "02583600000" in str(incoming.facts["from"])
        await phone.wait_for("disconnected", seconds=10)
        assert first_heard(lab.recordings[0], "operator") is not None
        assert first_heard(lab.recordings[0], "safety net") is None


async def test_when_no_operator_answers_the_caller_is_told_and_hung_up(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path, queue_seconds=5) as lab:
        await lab.asterisk.cli("queue pause member PJSIP/operator queue operators")
        async with lab.caller() as phone:
            over = await phone.wait_for("disconnected", seconds=25)
            assert over.facts["cause"] == "remote"
        voices = [who for _, who in who_is_heard(lab.recordings[0]) if who != "nobody"]
        assert voices == ["safety net", "ringing", "busy"]
