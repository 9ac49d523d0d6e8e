"""The PBX's end of a loopback connection, played by a test. Every wait is bounded."""

from __future__ import annotations

import asyncio
import socket
import struct
from types import TracebackType
from typing import Self, cast

BOUND = 5.0

AGI_HEADER = (
    b"agi_network: yes\n"
    b"agi_request: agi://127.0.0.1/book\n"
    b"agi_channel: PJSIP/caller-00000001\n"
    b"agi_uniqueid: 1795516031.13\n"
    b"\n"
)


class Peer:
    """One TCP connection to a server under test: `async with Peer(server.address) as pbx`."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def line(self) -> str:
        """The next command line, without its end."""
        async with asyncio.timeout(BOUND):
            return (await self.reader.readline()).decode().rstrip("\n")

    async def exactly(self, count: int) -> bytes:
        async with asyncio.timeout(BOUND):
            return await self.reader.readexactly(count)

    async def rest(self) -> bytes:
        """Everything until the other side closes (or resets)."""
        async with asyncio.timeout(BOUND):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""

    def pause_reading(self) -> None:
        cast(asyncio.ReadTransport, self.writer.transport).pause_reading()

    def resume_reading(self) -> None:
        cast(asyncio.ReadTransport, self.writer.transport).resume_reading()

    async def close(self) -> None:
        self.writer.close()
        try:
            async with asyncio.timeout(BOUND):
                await self.writer.wait_closed()
        except ConnectionError:
            pass

    async def reset(self) -> None:
        """Close with a TCP reset, as the kernel does for a killed process with unread data."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self.close()
