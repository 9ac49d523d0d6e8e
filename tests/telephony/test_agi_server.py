"""FastAGI over real sockets: answers find their command, and one bad call harms no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ivr.telephony.agi_codec import AgiValueRefused, Answer
from ivr.telephony.agi_server import (
    AgiClosed,
    AgiCommandError,
    AgiServer,
    AgiSession,
    AgiTimeout,
)
from tests.telephony.peers import AGI_HEADER, BOUND, Peer

Handler = Callable[[AgiSession], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, header_timeout: float = BOUND) -> AsyncIterator[AgiServer]:
    server = AgiServer(handler, "127.0.0.1", 0, header_timeout=header_timeout)
    await server.start()
    try:
        yield server
    finally:
        await server.stop(drain=BOUND)


@asynccontextmanager
async def call() -> AsyncIterator[tuple[AgiSession, Peer]]:
    """A session in the test's hands, and the PBX at its other end."""
    started: asyncio.Future[AgiSession] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def handler(session: AgiSession) -> None:
        started.set_result(session)
        await done.wait()

    async with serving(handler) as server, Peer(server.address) as pbx:
        pbx.send(AGI_HEADER)
        async with asyncio.timeout(BOUND):
            session = await started
        try:
            yield session, pbx
        finally:
            done.set()


async def test_environment_reaches_the_handler() -> None:
    async with call() as (session, _):
        assert session.env["agi_channel"] == "PJSIP/caller-00000001"
        assert not session.hungup


async def test_header_and_answer_in_single_bytes() -> None:
    async def handler(session: AgiSession) -> None:
        await session.set_variable("CHANNEL_WAS", session.env["agi_channel"])

    async with serving(handler) as server, Peer(server.address) as pbx:
        for byte in AGI_HEADER:
            pbx.send(bytes((byte,)))
            await pbx.writer.drain()
        assert await pbx.line() == 'SET VARIABLE "CHANNEL_WAS" "PJSIP/caller-00000001"'
        pbx.send(b"200 result=1\n")
        assert await pbx.rest() == b""


async def test_variables() -> None:
    async with call() as (session, pbx):
        setting = asyncio.create_task(session.set_variable("HOSPITAL", '鼓楼 "总院"'))
        assert await pbx.line() == 'SET VARIABLE "HOSPITAL" "鼓楼 \\"总院\\""'
        pbx.send(b"200 result=1\n")
        await setting
        getting = asyncio.create_task(session.get_variable("HOSPITAL"))
        assert await pbx.line() == 'GET VARIABLE "HOSPITAL"'
        answer = '200 result=1 (鼓楼 "总院")\n'.encode()
        pbx.send(answer[:18])  # in the middle of a character
        await pbx.writer.drain()
        pbx.send(answer[18:])
        assert await getting == '鼓楼 "总院"'
        getting = asyncio.create_task(session.get_variable("UNSET"))
        await pbx.line()
        pbx.send(b"200 result=0\n")
        assert await getting is None


async def test_exec_with_the_callers_hangup_around_its_answer() -> None:
    """Asterisk sends -1 and then HANGUP: neither answers the next command."""
    async with call() as (session, pbx):
        executing = asyncio.create_task(session.execute("Queue", "operators", timeout=None))
        assert await pbx.line() == 'EXEC "Queue" "operators"'
        pbx.send(b"HANGUP\n200 result=-1\nHANGUP\n")
        assert await executing == -1
        async with asyncio.timeout(BOUND):
            await session.wait_hungup()
        assert session.hungup
        after = asyncio.create_task(session.command("GET VARIABLE", "OUTCOME"))
        await pbx.line()
        pbx.send(b"200 result=1 (booked)\n")
        assert await after == Answer("1", "booked")


async def test_trying_is_no_answer() -> None:
    async with call() as (session, pbx):
        command = asyncio.create_task(session.command("ANSWER"))
        await pbx.line()
        pbx.send(b"100 result=0 Trying...\n200 result=0\n")
        assert await command == Answer("0")


async def test_commands_take_turns() -> None:
    async with call() as (session, pbx):
        first = asyncio.create_task(session.command("ANSWER"))
        second = asyncio.create_task(session.command("HANGUP"))
        assert await pbx.line() == "ANSWER"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await pbx.reader.readexactly(1)
        pbx.send(b"200 result=0\n")
        assert await pbx.line() == "HANGUP"
        pbx.send(b"200 result=1\n")
        assert (await first, await second) == (Answer("0"), Answer("1"))


async def test_a_late_answer_is_not_taken_for_the_next_commands() -> None:
    async with call() as (session, pbx):
        with pytest.raises(AgiTimeout):
            await session.command("ANSWER", timeout=0.01)
        assert await pbx.line() == "ANSWER"
        following = asyncio.create_task(session.get_variable("X"))
        assert await pbx.line() == 'GET VARIABLE "X"'
        pbx.send(b"200 result=0\n200 result=1 (mine)\n")
        assert await following == "mine"


async def test_a_cancelled_command_is_cancelled_and_leaves_the_session_usable() -> None:
    async with call() as (session, pbx):
        executing = asyncio.create_task(session.execute("AudioSocket", "x", timeout=None))
        await pbx.line()
        executing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await executing
        following = asyncio.create_task(session.get_variable("X"))
        await pbx.line()
        pbx.send(b"200 result=0\n200 result=1 (mine)\n")
        assert await following == "mine"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"510 Invalid or unknown command\n", 510),
        (b"511 Command Not Permitted on a dead channel or intercept routine\n", 511),
        (b"520-Wrong.\nUsage: ANSWER\n520 End of proper usage.\n", 520),
        (b"200 result=-2\n", 200),
        (b"200 result=\n", 200),
    ],
)
async def test_refused_commands_raise_and_the_next_one_works(answer: bytes, code: int) -> None:
    async with call() as (session, pbx):
        executing = asyncio.create_task(session.execute("Nothing"))
        await pbx.line()
        pbx.send(answer)
        with pytest.raises(AgiCommandError) as refused:
            await executing
        assert refused.value.code == code
        following = asyncio.create_task(session.execute("NoOp"))
        await pbx.line()
        pbx.send(b"200 result=0\n")
        assert await following == 0


async def test_a_line_break_in_a_value_is_never_sent() -> None:
    async with call() as (session, pbx):
        with pytest.raises(AgiValueRefused):
            await session.set_variable("X", "1\nHANGUP")
        following = asyncio.create_task(session.command("ANSWER"))
        assert await pbx.line() == "ANSWER"
        pbx.send(b"200 result=0\n")
        await following


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_waiting_command_ends_when_the_pbx_goes(how: str) -> None:
    async with call() as (session, pbx):
        executing = asyncio.create_task(session.execute("AudioSocket", "x", timeout=None))
        await pbx.line()
        await (pbx.close() if how == "close" else pbx.reset())
        with pytest.raises(AgiClosed):
            await executing
        assert session.hungup
        assert session.closed
        with pytest.raises(AgiClosed):
            await session.command("ANSWER")


async def test_an_endless_answer_ends_the_session() -> None:
    async with call() as (session, pbx):
        command = asyncio.create_task(session.command("ANSWER"))
        await pbx.line()
        pbx.send(b"200 result=1 (" + b"x" * 20_000)
        with pytest.raises(AgiClosed):
            await command


async def test_an_answer_nobody_asked_for_is_dropped() -> None:
    async with call() as (session, pbx):
        pbx.send(b"200 result=99\nHANGUP\n")
        async with asyncio.timeout(BOUND):
            await session.wait_hungup()
        following = asyncio.create_task(session.command("ANSWER"))
        await pbx.line()
        pbx.send(b"200 result=0\n")
        assert await following == Answer("0")


class Calls:
    """A handler that counts."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, session: AgiSession) -> None:
        self.count += 1


async def test_a_probe_starts_no_call_and_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    calls = Calls()
    async with serving(calls) as server:
        async with Peer(server.address):
            pass
        async with Peer(server.address) as probe:
            await probe.reset()
        async with Peer(server.address) as pbx:
            pbx.send(AGI_HEADER)
            assert await pbx.rest() == b""
    assert calls.count == 1
    assert caplog.records == []


@pytest.mark.parametrize("sent", [b"", AGI_HEADER[:30]])
async def test_a_half_open_connection_is_closed(sent: bytes) -> None:
    calls = Calls()
    async with serving(calls, header_timeout=0.02) as server, Peer(server.address) as pbx:
        pbx.send(sent)
        assert await pbx.rest() == b""
    assert calls.count == 0


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"agi_x: " + b"y" * 50_000])
async def test_another_protocol_is_closed(sent: bytes) -> None:
    calls = Calls()
    async with serving(calls) as server, Peer(server.address) as pbx:
        pbx.send(sent)
        assert await pbx.rest() == b""
    assert calls.count == 0


async def test_a_handlers_fault_closes_its_call_only_and_tells_nothing_personal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handler(session: AgiSession) -> None:
        if await session.get_variable("MODE") == "fail":
            raise ValueError("张三 320106194001011234")
        await session.set_variable("OUTCOME", "booked")

    async with (
        serving(handler) as server,
        Peer(server.address) as good,
        Peer(server.address) as bad,
    ):
        for pbx in (good, bad):
            pbx.send(AGI_HEADER)
            await pbx.line()
        bad.send(b"200 result=1 (fail)\n")
        assert await bad.rest() == b""
        good.send(b"200 result=0\n")
        assert await good.line() == 'SET VARIABLE "OUTCOME" "booked"'
        good.send(b"200 result=1\n")
        assert await good.rest() == b""
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "ValueError" in record.getMessage()
    assert "test_agi_server.py" in record.getMessage()
    assert "张三" not in caplog.text
    assert "1234" not in caplog.text


async def test_the_handler_is_not_cancelled_by_a_hangup() -> None:
    """A booking under way is carried out although the caller and the PBX are gone."""
    booked = asyncio.Event()
    going = asyncio.Event()

    async def handler(session: AgiSession) -> None:
        going.set()
        await session.wait_hungup()
        booked.set()

    async with serving(handler) as server:
        async with Peer(server.address) as pbx:
            pbx.send(AGI_HEADER)
            async with asyncio.timeout(BOUND):
                await going.wait()
        async with asyncio.timeout(BOUND):
            await booked.wait()
    assert booked.is_set()


async def test_stop_lets_calls_end_within_the_drain() -> None:
    going, ended = asyncio.Event(), asyncio.Event()

    async def handler(session: AgiSession) -> None:
        going.set()
        await session.command("HANGUP")
        ended.set()

    server = AgiServer(handler, "127.0.0.1", 0)
    await server.start()
    address = server.address
    async with Peer(address) as pbx:
        pbx.send(AGI_HEADER)
        assert await pbx.line() == "HANGUP"
        stopping = asyncio.create_task(server.stop(drain=BOUND))
        pbx.send(b"200 result=1\n")
        async with asyncio.timeout(BOUND):
            await stopping
    assert ended.is_set()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)


async def test_stop_cancels_what_outlasts_the_drain() -> None:
    going, cancelled = asyncio.Event(), asyncio.Event()

    async def handler(session: AgiSession) -> None:
        going.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    server = AgiServer(handler, "127.0.0.1", 0)
    await server.start()
    async with Peer(server.address) as pbx:
        pbx.send(AGI_HEADER)
        async with asyncio.timeout(BOUND):
            await going.wait()
            await server.stop(drain=0.01)
        assert cancelled.is_set()
        assert await pbx.rest() == b""


async def test_stop_without_start_and_twice() -> None:
    server = AgiServer(Calls(), "127.0.0.1", 0)
    await server.stop()
    with pytest.raises(RuntimeError):
        _ = server.address
    await server.start()
    await server.stop()
    await server.stop()
