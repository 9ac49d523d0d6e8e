"""Plays Asterisk's side of a recorded manager conversation to a client on a real socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from ivr.telephony.ami_connection import AmiAddress
from tests.telephony.peers import BOUND

CONVERSATIONS = Path(__file__).parent / "ami_conversations"
# In place of a file:
LOGIN = "login"  # log in and say no more
SILENCE = "silence"  # accept the connection and say nothing at all


class ManagerReplay:
    """A manager port that plays one conversation per connection, in the order given, then refuses.

    `received` are the actions of all connections. A connection stays open after
    its conversation until the client closes it. `chunk`: bytes per packet.
    Leaving the block raises what the recording did not expect.
    """

    def __init__(self, *conversations: str, chunk: int = 65_536) -> None:
        self._conversations = list(conversations)
        self._chunk = chunk
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        self.received: list[dict[str, str]] = []
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = AmiAddress(host, port, "agent", "secret")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        async with asyncio.timeout(BOUND):
            await asyncio.gather(*self._tasks)

    def actions(self) -> list[str]:
        return [action["Action"] for action in self.received]

    async def wait_for(self, action: str, times: int = 1) -> None:
        """Until so many of these actions have come in."""
        async with asyncio.timeout(BOUND):
            while self.actions().count(action) < times:
                await asyncio.sleep(0)

    def say(self, message: bytes) -> None:
        """Write to the newest connection."""
        self._writers[-1].write(message)

    def cut(self) -> None:
        """Close the newest connection."""
        self._writers[-1].close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        if not self._conversations:
            writer.close()
            return
        self._tasks.append(
            asyncio.create_task(self._play(self._conversations.pop(0), reader, writer))
        )

    async def _play(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for message in messages_of(name):
            if message == ["! close"]:
                writer.close()
                return
            if message[0].startswith(">"):
                received = await self._action(reader)
                expected = dict(line[2:].split(": ", 1) for line in message)
                assert received is not None, f"{name}: closed instead of {expected}"
                assert expected.items() <= received.items(), f"{name}: {received}"
            else:
                await self._say(message, writer)
        while await self._action(reader) is not None:
            pass

    async def _action(self, reader: asyncio.StreamReader) -> dict[str, str] | None:
        try:
            raw = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        lines = raw.decode().strip("\r\n").split("\r\n")
        self.received.append(dict(line.split(": ", 1) for line in lines))
        return self.received[-1]

    async def _say(self, message: list[str], writer: asyncio.StreamWriter) -> None:
        text = "".join(line[2:] + "\r\n" for line in message)
        if not text.startswith("Asterisk Call Manager"):  # no empty line after the greeting
            text += "\r\n"
        if self.received:
            text = text.replace("$ID", self.received[-1]["ActionID"])
        data = text.encode()
        for start in range(0, len(data), self._chunk):
            writer.write(data[start : start + self._chunk])
            await writer.drain()
            await asyncio.sleep(0)


def messages_of(name: str) -> list[list[str]]:
    """The messages of a recording, each a list of its lines."""
    if name == SILENCE:
        return []
    if name == LOGIN:
        return messages_of("redirect")[:4]
    text = (CONVERSATIONS / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    messages = "\n".join(lines).split("\n---")
    return [part.strip("\n").split("\n") for part in messages if part.strip()]
