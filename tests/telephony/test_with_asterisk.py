"""The wire to a real Asterisk with real SIP calls: AGI, AudioSocket and AMI agree on one call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from ivr.clock import SystemClock
from ivr.ports import FRAME_BYTES, SILENCE, CallerFrame, CallerKey, LineClosed, LineEvent
from ivr.telephony.agi_server import AgiClosed, AgiCommandError, AgiServer, AgiSession
from ivr.telephony.ami import AmiClient
from ivr.telephony.ami_connection import AmiAddress
from ivr.telephony.ami_errors import AmiRefused
from ivr.telephony.ami_events import AmiEvent, AmiEvents
from ivr.telephony.audiosocket_line import AudioSocketLine
from ivr.telephony.audiosocket_server import AudioSocketServer
from ivr.telephony.frame_clock import FrameClock
from tests.pbx.lab import PbxLab, pbx_lab

pytestmark = pytest.mark.sip

CALL = UUID("6b0d5c1e-8f0a-4f5e-9a53-0d8c0a5a1232")
BOUND = 15.0


@asynccontextmanager
async def agent(
    folder: Path, call: Callable[[AgiSession, AudioSocketServer, AmiClient], Awaitable[None]]
) -> AsyncIterator[tuple[PbxLab, AmiClient, asyncio.Future[None]]]:
    """The lab with our three ends of the wire; the future has the result of `call`."""
    finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        try:
            await call(session, audio, ami)
        except BaseException as error:
            finished.set_exception(error)
        else:
            finished.set_result(None)

    async with pbx_lab(folder) as lab:
        settings = lab.settings
        audio = AudioSocketServer("127.0.0.1", 0)
        agi = AgiServer(handler, "127.0.0.1", lab.agent_port)
        await audio.start()
        await agi.start()
        address = AmiAddress(
            settings.ami_host, settings.ami_port, settings.ami_user, settings.ami_secret
        )
        try:
            async with AmiClient(address) as ami:
                yield lab, ami, finished
        finally:
            await agi.stop()
            await audio.stop()


@asynccontextmanager
async def in_audiosocket(
    session: AgiSession, audio: AudioSocketServer
) -> AsyncIterator[tuple[AudioSocketLine, asyncio.Task[int]]]:
    """The call in AudioSocket with silence going out; yields the line and the EXEC's result."""
    async with audio.expect(CALL) as expected:
        host, port = audio.address
        executing = asyncio.create_task(
            session.execute("AudioSocket", f"{CALL},{host}:{port}", timeout=None)
        )
        line = await expected.connected()

    async def speak() -> None:
        async for _ in FrameClock(SystemClock()):
            await line.send(SILENCE)

    speaking = asyncio.create_task(speak())
    try:
        yield line, executing
    finally:
        speaking.cancel()
        await line.hang_up()
        executing.cancel()
        await asyncio.gather(speaking, executing, return_exceptions=True)


async def read_until(
    line: AudioSocketLine, wanted: Callable[[list[LineEvent]], bool]
) -> list[LineEvent]:
    seen: list[LineEvent] = []
    async with asyncio.timeout(BOUND):
        async for event in line.events():
            seen.append(event)
            if wanted(seen):
                break
    return seen


async def next_event(events: AmiEvents, name: str) -> AmiEvent:
    async with asyncio.timeout(BOUND):
        async for event in events:
            if event.name == name:
                return event
    raise AssertionError(name)


def to_the_end(_: list[LineEvent]) -> bool:
    return False


def a_key_and_frames(seen: list[LineEvent]) -> bool:
    frames = [event for event in seen if isinstance(event, CallerFrame)]
    return any(isinstance(event, CallerKey) for event in seen) and len(frames) >= 20


async def test_a_call_with_a_key_a_second_stay_and_a_redirect_to_the_operators(
    tmp_path: Path,
) -> None:
    async def call(session: AgiSession, audio: AudioSocketServer, ami: AmiClient) -> None:
        channel = session.env["agi_channel"]
        await session.set_variable("TIMEOUT(absolute)", "60")
        await session.set_variable("HOSPITAL", '鼓楼 "总院" \\')
        assert await session.get_variable("HOSPITAL") == '鼓楼 "总院" \\'
        assert await session.get_variable("NEVER_SET") is None
        with pytest.raises(AgiCommandError, match="no such application"):
            await session.execute("NoSuchApplication")
        with pytest.raises(AgiCommandError) as usage:
            await session.command("SET VARIABLE", "ONE_ARGUMENT")
        assert usage.value.code == 520
        with pytest.raises(AgiCommandError) as unknown:
            await session.command("NO SUCH COMMAND")
        assert unknown.value.code == 510

        with ami.events("DTMFEnd", "QueueCallerJoin") as events:
            async with in_audiosocket(session, audio) as (line, executing):
                ready.set_result(None)
                seen = await read_until(line, a_key_and_frames)
                assert CallerKey("5") in seen
                frames = [event for event in seen if isinstance(event, CallerFrame)]
                assert all(len(frame.pcm) == FRAME_BYTES for frame in frames)
                assert (await next_event(events, "DTMFEnd")).get("Digit") == "5"
                await line.hang_up()
                assert await executing == 0
                assert (await read_until(line, to_the_end))[-1] == LineClosed(hung_up=False)
                assert not session.hungup

            async with in_audiosocket(session, audio) as (line, executing):
                await read_until(line, lambda seen: len(seen) == 10)
                with pytest.raises(AmiRefused):
                    await ami.redirect("PJSIP/nobody-00000000", "ivr-operators", "s")
                await ami.redirect(channel, "ivr-operators", "s")
                rest = await read_until(line, to_the_end)
                assert rest[-1] == LineClosed(hung_up=True)
                assert await executing == -1
            joined = await next_event(events, "QueueCallerJoin")
            assert (joined.get("Channel"), joined.get("Queue")) == (channel, "operators")
            async with asyncio.timeout(BOUND):
                await session.wait_hungup()

    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with agent(tmp_path, call) as (lab, _, finished), lab.caller() as phone:
        async with asyncio.timeout(BOUND):
            await phone.wait_for("answered", seconds=BOUND)
            await asyncio.wait({ready, finished}, return_when=asyncio.FIRST_COMPLETED)
            await phone.press("5")
            await finished
        await lab.operator.wait_for("answered", seconds=BOUND)


async def test_the_caller_hangs_up(tmp_path: Path) -> None:
    async def call(session: AgiSession, audio: AudioSocketServer, ami: AmiClient) -> None:
        await session.set_variable("TIMEOUT(absolute)", "60")
        with ami.events("Hangup") as events:
            async with in_audiosocket(session, audio) as (line, executing):
                await read_until(line, lambda seen: len(seen) == 10)
                ready.set_result(None)
                assert (await read_until(line, to_the_end))[-1] == LineClosed(hung_up=True)
                assert await executing == -1
            hangup = await next_event(events, "Hangup")
            assert hangup.get("Channel") == session.env["agi_channel"]
            async with asyncio.timeout(BOUND):
                await session.wait_hungup()
            with pytest.raises(AgiClosed):  # AGIEXITONHANGUP in the dialplan
                await session.execute("NoOp")

    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with agent(tmp_path, call) as (lab, _, finished), lab.caller() as phone:
        async with asyncio.timeout(BOUND):
            await asyncio.wait({ready, finished}, return_when=asyncio.FIRST_COMPLETED)
            await phone.hang_up()
            await finished
