"""Which connection belongs to which call, and which to none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from ivr.ports import SILENCE, CallerKey, LineClosed
from ivr.telephony.audiosocket_codec import (
    encode_audio,
    encode_hang_up,
    encode_identity,
    encode_key,
)
from ivr.telephony.audiosocket_line import AudioSocketLine, LineLimits
from ivr.telephony.audiosocket_server import AudioSocketServer, LineNotConnected
from tests.telephony.peers import BOUND, Peer

CALL = UUID("6b0d5c1e-8f0a-4f5e-9a53-0d8c0a5a1232")
OTHER = UUID("0d8c0a5a-1232-4f5e-9a53-6b0d5c1e8f0a")


@asynccontextmanager
async def serving(limits: LineLimits | None = None) -> AsyncIterator[AudioSocketServer]:
    server = AudioSocketServer("127.0.0.1", 0, limits)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def next_key(line: AudioSocketLine) -> str:
    async with asyncio.timeout(BOUND):
        async for event in line.events():
            if isinstance(event, CallerKey):
                return event.key
    raise AssertionError("the line ended without a key")


async def test_each_call_gets_its_own_line() -> None:
    async with (
        serving() as server,
        server.expect(CALL) as expected,
        server.expect(OTHER) as other,
        Peer(server.address) as pbx,
        Peer(server.address) as other_pbx,
    ):
        other_pbx.send(encode_identity(OTHER) + encode_key("2"))
        pbx.send(encode_identity(CALL) + encode_key("1"))
        line, other_line = await expected.connected(), await other.connected()
        assert (line.call_id, other_line.call_id) == (CALL, OTHER)
        assert await next_key(line) == "1"
        assert await next_key(other_line) == "2"


async def test_a_line_may_come_before_it_is_awaited() -> None:
    async with serving() as server, server.expect(CALL) as expected:
        async with Peer(server.address) as pbx:
            pbx.send(encode_identity(CALL) + encode_key("1") + encode_hang_up())
            assert await pbx.rest() == b""
        assert await next_key(await expected.connected()) == "1"


async def test_identity_in_single_bytes() -> None:
    async with (
        serving() as server,
        server.expect(CALL) as expected,
        Peer(server.address) as pbx,
    ):
        for byte in encode_identity(CALL):
            pbx.send(bytes((byte,)))
            await pbx.writer.drain()
        assert (await expected.connected()).open


async def test_a_line_that_does_not_come() -> None:
    async with serving() as server, server.expect(CALL) as expected:
        with pytest.raises(LineNotConnected):
            await expected.connected(timeout=0.02)
        async with Peer(server.address) as late:
            late.send(encode_identity(CALL))
            assert await late.rest() == encode_hang_up()


async def test_a_call_nobody_expects_is_sent_back_to_the_dialplan() -> None:
    async with serving() as server, Peer(server.address) as pbx:
        pbx.send(encode_identity(CALL))
        assert await pbx.rest() == encode_hang_up()


async def test_a_second_connection_of_the_same_call_is_refused() -> None:
    async with (
        serving() as server,
        server.expect(CALL) as expected,
        Peer(server.address) as pbx,
        Peer(server.address) as copy,
    ):
        pbx.send(encode_identity(CALL))
        line = await expected.connected()
        copy.send(encode_identity(CALL))
        assert await copy.rest() == encode_hang_up()
        assert line.open


async def test_a_call_that_comes_back_gets_a_new_line() -> None:
    """To the queue and back: AudioSocket is entered again with the same id."""
    async with serving() as server:
        for key in ("1", "2"):
            async with server.expect(CALL) as expected, Peer(server.address) as pbx:
                pbx.send(encode_identity(CALL) + encode_key(key))
                line = await expected.connected()
                assert await next_key(line) == key
                ending = asyncio.create_task(line.hang_up())
                assert await pbx.exactly(3) == encode_hang_up()
                await pbx.close()
                await ending


async def test_a_line_is_expected_once_at_a_time() -> None:
    async with serving() as server, server.expect(CALL):
        with pytest.raises(ValueError, match="already expected"):
            server.expect(CALL)


async def test_a_line_that_was_taken_outlives_the_block() -> None:
    async with serving() as server, Peer(server.address) as pbx:
        async with server.expect(CALL) as expected:
            pbx.send(encode_identity(CALL))
            line = await expected.connected()
        pbx.send(encode_key("1"))
        assert await next_key(line) == "1"
        await line.send(SILENCE)
        assert await pbx.exactly(323) == encode_audio(SILENCE)


async def test_leaving_the_block_hangs_up_a_line_that_nobody_took() -> None:
    async with serving() as server, Peer(server.address) as pbx:

        async def session() -> None:
            async with server.expect(CALL):
                pbx.send(encode_identity(CALL))
                async with asyncio.timeout(BOUND):
                    while not any(connection.line for connection in server.connections):
                        await asyncio.sleep(0)

        leaving = asyncio.create_task(session())
        assert await pbx.exactly(3) == encode_hang_up()
        await pbx.close()
        await leaving
        assert not server.connections


@pytest.mark.parametrize("sent", [encode_audio(bytes(320)), b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_connection_that_names_no_call_is_closed(sent: bytes) -> None:
    async with serving() as server, Peer(server.address) as pbx:
        pbx.send(sent)
        assert await pbx.rest() == b""


@pytest.mark.parametrize("sent", [b"", encode_identity(CALL)[:10]])
async def test_a_half_open_connection_is_closed(sent: bytes) -> None:
    async with serving(LineLimits(identify=0.02)) as server, Peer(server.address) as pbx:
        pbx.send(sent)
        assert await pbx.rest() == b""


async def test_a_probe_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as server, server.expect(CALL) as expected:
        async with Peer(server.address):
            pass
        async with Peer(server.address) as probe:
            await probe.reset()
        async with Peer(server.address) as pbx:
            pbx.send(encode_identity(CALL))
            assert (await expected.connected()).open
            assert len(server.connections) == 1
    assert caplog.records == []


async def test_stop_hangs_up_lines_and_ends_waits() -> None:
    server = AudioSocketServer("127.0.0.1", 0)
    await server.start()
    address = server.address
    expected, other = server.expect(CALL), server.expect(OTHER)
    async with Peer(address) as pbx, Peer(address) as silent:
        pbx.send(encode_identity(CALL))
        line = await expected.connected()
        waiting = asyncio.create_task(other.connected())
        await asyncio.sleep(0)
        stopping = asyncio.create_task(server.stop())
        assert await pbx.exactly(3) == encode_hang_up()
        await pbx.close()
        assert await silent.rest() == b""
        async with asyncio.timeout(BOUND):
            await stopping
        with pytest.raises(LineNotConnected):
            await waiting
        assert [event async for event in line.events()] == [LineClosed(hung_up=False)]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)
    await server.stop()
    with pytest.raises(RuntimeError):
        _ = server.address
