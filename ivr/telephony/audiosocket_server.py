"""Accepts the PBX's AudioSocket connections and hands each to the call that expects it."""

from __future__ import annotations

import asyncio
import logging
import socket
from types import TracebackType
from typing import Self, cast
from uuid import UUID

from ivr.ports import FRAME_BYTES
from ivr.telephony.audiosocket_codec import (
    AudioSocketDecoder,
    AudioSocketEvent,
    Identified,
    encode_hang_up,
)
from ivr.telephony.audiosocket_line import AudioSocketLine, LineLimits

log = logging.getLogger(__name__)

_WIRE_BYTES = FRAME_BYTES + 3
# The kernel would take megabytes, minutes of speech, for a peer that does not read.
_SEND_BUFFER = 8192


class LineNotConnected(Exception):
    """The PBX did not open the AudioSocket of this call within the bound."""


class ExpectedLine:
    """A connection that the PBX has been asked, or is about to be asked, to open.

    Register first (`async with server.expect(call_id) as expected`), then EXEC
    AudioSocket, then await connected(). The line that it returns is the taker's
    to hang up; one that nobody took is hung up when the block is left, so that
    EXEC returns and the dialplan goes on.
    """

    def __init__(self, server: AudioSocketServer, call_id: UUID) -> None:
        self.call_id = call_id
        self._server = server
        loop = asyncio.get_running_loop()
        self._line: asyncio.Future[AudioSocketLine | None] = loop.create_future()  # None: withdrawn
        self._taken = False

    async def connected(self, timeout: float = 5.0) -> AudioSocketLine:
        """The line, once it is open. Raises LineNotConnected after `timeout` seconds or when the
        server stops; the expectation is then withdrawn."""
        try:
            async with asyncio.timeout(timeout):
                line = await asyncio.shield(self._line)
        except TimeoutError:
            self.withdraw()
            raise LineNotConnected(f"no AudioSocket connection within {timeout} s") from None
        if line is None:
            raise LineNotConnected("the call's line is no longer expected")
        self._taken = True
        return line

    def withdraw(self) -> None:
        """Expect the line no more. A line that has come stays open."""
        self._server.forget(self)
        if not self._line.done():
            self._line.set_result(None)

    def fulfil(self, line: AudioSocketLine) -> None:
        """The connection is there (called by the server)."""
        self._line.set_result(line)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.withdraw()
        line = self._line.result()
        if line is not None and not self._taken:
            await line.hang_up()


class AudioSocketServer:
    """`expect(call_id)` may be used again for the same call: a transfer that comes back opens a
    new connection, and with it a new line, for the same session."""

    def __init__(self, host: str, port: int, limits: LineLimits | None = None) -> None:
        self._host = host
        self._port = port
        self.limits = limits or LineLimits()
        self._server: asyncio.Server | None = None
        self._expected: dict[UUID, ExpectedLine] = {}
        self.connections: set[_Connection] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that are listened on (the real port when 0 was asked for)."""
        if self._server is None:
            raise RuntimeError("the AudioSocket server is not started")
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), self._host, self._port, backlog=512
        )

    async def stop(self, timeout: float = 2.0) -> None:
        """Accept no more and hang up every line, so that the dialplan goes on with the calls."""
        if self._server is None:
            return
        self._server.close()
        for expected in list(self._expected.values()):
            expected.withdraw()
        await asyncio.gather(*(c.hang_up(timeout) for c in list(self.connections)))
        self._server = None

    def expect(self, call_id: UUID) -> ExpectedLine:
        """Announce a call's connection. Raises ValueError when it is already being waited for."""
        if call_id in self._expected:
            raise ValueError("this call's line is already expected")
        expected = self._expected[call_id] = ExpectedLine(self, call_id)
        return expected

    def forget(self, expected: ExpectedLine) -> None:
        """Drop an expectation (ExpectedLine.withdraw)."""
        if self._expected.get(expected.call_id) is expected:
            del self._expected[expected.call_id]

    def take_expected(self, call_id: UUID) -> ExpectedLine | None:
        """The expectation that a new connection fulfils (called by the connection)."""
        return self._expected.pop(call_id, None)


class _Connection(asyncio.Protocol):
    """One TCP connection: nobody's until it has named a call that is expected."""

    def __init__(self, server: AudioSocketServer) -> None:
        self._server = server
        self._decoder = AudioSocketDecoder()
        self.line: AudioSocketLine | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        limits = self._server.limits
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=limits.unsent_frames * _WIRE_BYTES)
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: the PBX's machine or network is gone
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(limits.stall * 1000))
        self._identify_timer = asyncio.get_running_loop().call_later(
            limits.identify, self._transport.abort
        )
        self._server.connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self.line is not None:
            self.line.heard()
        for event in self._decoder.receive(data):
            if self.line is not None:
                self.line.take(event)
            elif not self._transport.is_closing():
                self._identify(event)

    def eof_received(self) -> bool:
        if self.line is not None:
            for event in self._decoder.receive_eof():
                self.line.take(event)
        # Nothing we could still send is of use to a PBX that has closed.
        self._transport.abort()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._identify_timer.cancel()
        self._server.connections.discard(self)
        if self.line is not None:
            self.line.lost()

    def pause_writing(self) -> None:
        if self.line is not None:
            self.line.writing_paused()

    def resume_writing(self) -> None:
        if self.line is not None:
            self.line.writing_resumed()

    async def hang_up(self, timeout: float) -> None:
        if self.line is not None:
            await self.line.hang_up(timeout)
        else:
            self._transport.abort()

    def _identify(self, event: AudioSocketEvent) -> None:
        if not isinstance(event, Identified):
            log.warning("AudioSocket connection closed: it does not begin with a UUID")
            self._transport.abort()
            return
        expected = self._server.take_expected(event.call_id)
        if expected is None:
            log.warning("AudioSocket connection closed: nobody expects this call")
            self._transport.write(encode_hang_up())
            self._transport.close()
            return
        self._identify_timer.cancel()
        self.line = AudioSocketLine(event.call_id, self._transport, self._server.limits)
        expected.fulfil(self.line)
