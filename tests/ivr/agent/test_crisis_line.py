"""The crisis line with a real Asterisk: the caller stays with the agent until a person is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from dialogs.outcomes import Reason
from ivr.agent.crisis_line import CrisisLine
from ivr.agent.live_line import LiveLine
from ivr.ports import CallerFrame
from ivr.telephony.agi_server import AgiServer, AgiSession
from ivr.telephony.ami import AmiAddress, AmiClient
from ivr.telephony.audiosocket_server import AudioSocketServer
from tests.pbx.lab import PITCH, PbxLab, first_heard, pbx_lab, tone, who_is_heard, write_tone

pytestmark = pytest.mark.sip

BOUND = 30.0
RINGS = 5.0
QUEUE_SECONDS = 5
FRAME = 320

Call = Callable[[LiveLine], Awaitable[None]]


@contextlib.asynccontextmanager
async def agent(
    lab: PbxLab, call: Call, members: tuple[str, ...] = ("PJSIP/crisis",)
) -> AsyncIterator[asyncio.Future[None]]:
    """An agent whose only conversation is a tone; `call` is done with its line. The future has
    the result."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def handler(agi: AgiSession) -> None:
        line = LiveLine(
            agi,
            audio,
            uuid4(),
            f"127.0.0.1:{audio.address[1]}",
            CrisisLine(ami, members, RINGS, "12320"),
            QUEUE_SECONDS,
        )
        await line.open()
        channel = agi.env["agi_channel"]
        await ami.action("AbsoluteTimeout", {"Channel": channel, "Timeout": "60"})
        talking = asyncio.create_task(_tone(line))
        try:
            await call(line)
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
            await line.finish()

    settings = lab.settings
    audio = AudioSocketServer("127.0.0.1", 0)
    server = AgiServer(handler, "127.0.0.1", lab.agent_port)
    await audio.start()
    address = AmiAddress("127.0.0.1", settings.ami_port, settings.ami_user, settings.ami_secret)
    async with AmiClient(address) as ami:
        await server.start()
        try:
            yield done
        finally:
            await server.stop()
            await audio.stop()


async def _tone(line: LiveLine) -> None:
    pcm = tone("agent", 1.0)
    loop = asyncio.get_running_loop()
    start, number = loop.time(), 0
    while True:
        at = number * FRAME % len(pcm)
        await line.send(pcm[at : at + FRAME])
        number += 1
        await asyncio.sleep(max(0.0, start + number * 0.02 - loop.time()))


async def test_the_caller_hears_the_agent_until_the_counsellor_and_never_music(
    tmp_path: Path,
) -> None:
    async def call(line: LiveLine) -> None:
        assert await line.call_crisis_line()
        assert await line.join_crisis_line()

    async with (
        pbx_lab(tmp_path) as lab,
        lab.counsellor() as counsellor,
        agent(lab, call) as done,
    ):
        await counsellor.wait_for("registered", seconds=5)
        async with lab.caller(number="02583600000") as phone:
            await phone.wait_for("disconnected", seconds=BOUND)
        await asyncio.wait_for(done, BOUND)
        voices = [who for _, who in who_is_heard(lab.recordings[0]) if who != "nobody"]
    assert list(dict.fromkeys(voices)) == ["agent", "counsellor"], voices
    assert lab.operator.happened("incoming") is None, "the call ended after the talk"


async def test_who_answers_hears_a_sentence_and_then_the_caller(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        assert await line.call_crisis_line()
        assert await line.join_crisis_line()

    caller_says = tmp_path / "caller.wav"
    write_tone(caller_says, "operator", 4.0)
    async with (
        pbx_lab(tmp_path) as lab,
        lab.counsellor(stays=8.0) as counsellor,
        agent(lab, call) as done,
    ):
        await counsellor.wait_for("registered", seconds=5)
        async with lab.caller() as phone:
            await counsellor.wait_for("answered", seconds=BOUND)
            await phone.play(caller_says)  # longer than it takes to bridge the two
            await phone.wait_for("disconnected", seconds=BOUND)
        await asyncio.wait_for(done, BOUND)
        await counsellor.wait_for("disconnected", seconds=BOUND)
        heard = next(tmp_path.glob("*call*.wav"))
    assert first_heard(heard, "operator") is not None, sorted(PITCH)


async def test_nobody_answers_and_the_next_person_does(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        assert await line.call_crisis_line()
        assert await line.join_crisis_line()

    async with pbx_lab(tmp_path) as lab, agent(lab, call, ("PJSIP/crisis", "PJSIP/operator")):
        async with lab.caller() as phone:  # nobody has registered as `crisis`
            await lab.operator.wait_for("incoming", seconds=BOUND)
            await phone.wait_for("disconnected", seconds=BOUND)
        assert first_heard(lab.recordings[0], "operator") is not None


async def test_nobody_at_all_and_the_caller_is_still_with_the_agent(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        assert not await line.call_crisis_line()
        assert not await line.join_crisis_line()
        await heard.wait()  # the tone, after nobody was there
        await line.hang_up()

    heard = asyncio.Event()
    async with pbx_lab(tmp_path) as lab, agent(lab, call) as done:
        async with lab.caller() as phone:
            await phone.wait_for("media", seconds=BOUND)
            heard.set()
            await phone.wait_for("disconnected", seconds=BOUND)
        await asyncio.wait_for(done, BOUND)
        assert first_heard(lab.recordings[0], "safety net") is None


async def test_a_counsellor_who_left_before_the_join_gives_the_caller_back(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        assert await line.call_crisis_line()
        await gone.wait()
        assert not await line.join_crisis_line()
        assert isinstance(await anext(aiter(line.events())), CallerFrame), "heard again"
        await line.hang_up()

    gone = asyncio.Event()
    async with (
        pbx_lab(tmp_path) as lab,
        lab.counsellor(stays=0.5) as counsellor,
        agent(lab, call) as done,
    ):
        await counsellor.wait_for("registered", seconds=5)
        async with lab.caller() as phone:
            await counsellor.wait_for("disconnected", seconds=BOUND)
            gone.set()
            await phone.wait_for("disconnected", seconds=BOUND)
        await asyncio.wait_for(done, BOUND)
        assert first_heard(lab.recordings[0], "counsellor") is None
        assert first_heard(lab.recordings[0], "safety net") is None


async def test_nobody_goes_on_ringing_for_a_caller_who_hung_up(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        ringing = asyncio.create_task(line.call_crisis_line())
        async for _ in line.events():
            pass  # until the caller is gone
        ringing.cancel()
        await asyncio.gather(ringing, return_exceptions=True)

    async with (
        pbx_lab(tmp_path) as lab,
        lab.counsellor(rings=20.0) as counsellor,
        agent(lab, call) as done,
    ):
        await counsellor.wait_for("registered", seconds=5)
        async with lab.caller() as phone:
            await counsellor.wait_for("incoming", seconds=BOUND)
            await phone.hang_up()
            ended = await counsellor.wait_for("disconnected", seconds=4)
        await asyncio.wait_for(done, BOUND)
    assert ended.name == "disconnected"


async def test_who_answered_for_a_caller_who_hung_up_is_hung_up_too(tmp_path: Path) -> None:
    async def call(line: LiveLine) -> None:
        assert await line.call_crisis_line()
        async for _ in line.events():
            pass

    async with (
        pbx_lab(tmp_path) as lab,
        lab.counsellor(stays=20.0) as counsellor,
        agent(lab, call) as done,
    ):
        await counsellor.wait_for("registered", seconds=5)
        async with lab.caller() as phone:
            await counsellor.wait_for("answered", seconds=BOUND)
            await phone.hang_up()
            await counsellor.wait_for("disconnected", seconds=6)
        await asyncio.wait_for(done, BOUND)


async def test_the_call_is_named_on_the_operators_side(tmp_path: Path) -> None:
    """IVR_CALL_ID and IVR_REASON are inherited by what the queue dials, and hold nothing else."""

    async def call(line: LiveLine) -> None:
        assert await line.transfer(Reason.NOT_HANDLED)

    async with (
        pbx_lab(tmp_path, operator_stays=4.0) as lab,
        agent(lab, call),
        lab.caller(number="02583600000") as phone,
    ):
        await lab.operator.wait_for("answered", seconds=BOUND)
        channels = await lab.asterisk.cli("core show channels concise")
        name = next(row.split("!")[0] for row in channels.splitlines() if "PJSIP/operator" in row)
        shown = await lab.asterisk.cli(f"core show channel {name}")
        await phone.hang_up()
    assert f"IVR_REASON={Reason.NOT_HANDLED.value}" in shown
    assert "IVR_CALL_ID=" in shown
