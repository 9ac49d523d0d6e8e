"""The FastAGI server: one handler per call, commands in strict turn, over agi_codec."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from ivr.telephony.agi_codec import (
    AgiDecoder,
    AgiEvent,
    Answer,
    Closed,
    CommandRefused,
    EnvironmentReceived,
    HangupLine,
    ProtocolFault,
    Reply,
    UsageError,
    encode_command,
)

log = logging.getLogger(__name__)

_READ_BYTES = 4096
_WRITE_TIMEOUT = 5.0
_CLOSE_TIMEOUT = 2.0
NO_SUCH_APPLICATION = -2  # EXEC's result when Asterisk does not have the application


class AgiError(Exception):
    """Base of what a command can raise; no message holds a value that was sent or received."""


class AgiClosed(AgiError):
    """The connection is gone: Asterisk ended the AGI, or the peer broke the protocol."""


class AgiTimeout(AgiError):
    """No answer within the command's bound. The late answer is dropped when it comes."""


class AgiCommandError(AgiError):
    """Asterisk refused the command. `code` is 503, 510, 511, 520 ... or 200 for a bad result."""

    def __init__(self, command: str, code: int, text: str) -> None:
        self.code = code
        super().__init__(f"{command}: {code} {text}")


class AgiSession:
    """One call under control. Commands wait for each other; an answer only ever goes to its own.

    After the caller hung up (`hungup`) commands that need no live channel, such
    as SET VARIABLE, still work until Asterisk closes the connection.
    """

    def __init__(self, env: Mapping[str, str], writer: asyncio.StreamWriter) -> None:
        self.env = env
        self._writer = writer
        self._turn = asyncio.Lock()
        # Asterisk answers in order. A command that gave up leaves its future here, done, so that
        # its late answer is not taken for the next command's.
        self._awaited: deque[asyncio.Future[Reply]] = deque()
        self._hungup = asyncio.Event()
        self._closed = False

    @property
    def hungup(self) -> bool:
        """The AGI has lost its channel: hung up, redirected away by AMI, or connection closed."""
        return self._hungup.is_set()

    @property
    def closed(self) -> bool:
        """The connection is gone and no command can be sent any more."""
        return self._closed

    async def wait_hungup(self) -> None:
        """Until `hungup`; the owner bounds it."""
        await self._hungup.wait()

    async def command(self, name: str, *arguments: str, timeout: float | None = 5.0) -> Answer:
        """Send one command and wait for its answer, `timeout` seconds (None: as long as the call).

        The bound covers waiting for an earlier command too. Raises AgiClosed,
        AgiTimeout, AgiCommandError, and AgiValueRefused before anything is sent.
        """
        line = encode_command(name, *arguments)
        try:
            async with asyncio.timeout(timeout), self._turn:
                reply = await self._exchange(line)
        except TimeoutError:
            raise AgiTimeout(f"{name}: no answer within {timeout} s") from None
        match reply:
            case Answer():
                return reply
            case UsageError():
                raise AgiCommandError(name, 520, reply.text)
            case CommandRefused():
                raise AgiCommandError(name, reply.code, reply.text)

    async def execute(
        self, application: str, arguments: str = "", *, timeout: float | None = 30.0
    ) -> int:
        """EXEC a dialplan application; its result: 0 it ended, -1 the channel is gone (or was
        redirected). `arguments` are comma-separated. For AudioSocket and Queue the call itself is
        the bound: `timeout=None`. Raises as command() does, AgiCommandError also for an
        application that Asterisk does not have.
        """
        answer = await self.command("EXEC", application, arguments, timeout=timeout)
        try:
            result = int(answer.result)
        except ValueError:
            raise AgiCommandError(f"EXEC {application}", 200, "result is no number") from None
        if result == NO_SUCH_APPLICATION:
            raise AgiCommandError(f"EXEC {application}", 200, "no such application")
        return result

    async def set_variable(self, name: str, value: str) -> None:
        await self.command("SET VARIABLE", name, value)

    async def get_variable(self, name: str) -> str | None:
        """A channel variable or dialplan function; None when it is not set."""
        answer = await self.command("GET VARIABLE", name)
        return answer.data if answer.result == "1" else None

    async def _exchange(self, line: bytes) -> Reply:
        if self._closed:
            raise AgiClosed("the AGI connection is closed")
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._awaited.append(reply)
        try:
            self._writer.write(line)
            async with asyncio.timeout(_WRITE_TIMEOUT):
                await self._writer.drain()
        except OSError:  # broken, or (TimeoutError) the PBX has stopped reading
            raise AgiClosed("the AGI connection broke") from None
        return await reply

    def take(self, event: AgiEvent) -> None:
        """One event of the connection (called by the server, in order)."""
        match event:
            case Answer() | CommandRefused() | UsageError():
                if not self._awaited:
                    log.warning("AGI answer that no command waits for")
                    return
                reply = self._awaited.popleft()
                if not reply.done():
                    reply.set_result(event)
            case HangupLine():
                self._hungup.set()
            case ProtocolFault():
                log.warning("AGI connection ended: %s", event.fault.value)
                self.lose()
            case Closed():
                self.lose()
            case _:
                log.debug("AGI line ignored: %s", type(event).__name__)

    def lose(self) -> None:
        """The connection is gone: every waiting command ends with AgiClosed."""
        self._closed = True
        self._hungup.set()
        while self._awaited:
            reply = self._awaited.popleft()
            if not reply.done():
                reply.set_exception(AgiClosed("the AGI connection closed"))


class AgiServer:
    """Accepts Asterisk's `AGI(agi://host:port)` and runs `handler(session)` for each.

    The handler owns its call: it is not cancelled when the caller hangs up (a
    booking under way is carried out), it sees `session.hungup` and AgiClosed.
    When it returns or fails, its connection is closed and the dialplan goes on.
    """

    def __init__(
        self,
        handler: Callable[[AgiSession], Awaitable[None]],
        host: str,
        port: int,
        *,
        header_timeout: float = 5.0,
    ) -> None:
        self._handler = handler
        self._host = host
        self._port = port
        self._header_timeout = header_timeout
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that are listened on (the real port when 0 was asked for)."""
        if self._server is None:
            raise RuntimeError("the AGI server is not started")
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        self._server = await asyncio.start_server(
            self._accept, self._host, self._port, limit=_READ_BYTES * 4
        )

    async def stop(self, drain: float = 5.0) -> None:
        """Accept no more, give running calls `drain` seconds to end, then cancel them."""
        if self._server is None:
            return
        self._server.close()
        if self._connections:
            _, running = await asyncio.wait(self._connections, timeout=drain)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            decoder = AgiDecoder()
            events = await self._first_events(decoder, reader)
            if events:
                await self._call(decoder, reader, writer, events)
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT):
                    await writer.wait_closed()

    async def _first_events(
        self, decoder: AgiDecoder, reader: asyncio.StreamReader
    ) -> list[AgiEvent]:
        """Everything up to and with the chunk that completes the header; empty if none comes."""
        seen: list[AgiEvent] = []
        try:
            async with asyncio.timeout(self._header_timeout):
                while not any(isinstance(event, EnvironmentReceived) for event in seen):
                    seen += await _read(decoder, reader)
                    match seen:
                        case [*_, Closed(probe=True)]:
                            return []
                        case [*_, ProtocolFault() | Closed()]:
                            break
        except TimeoutError:
            log.warning("AGI connection closed: no complete header in %s s", self._header_timeout)
            return []
        if any(isinstance(event, EnvironmentReceived) for event in seen):
            return seen
        log.warning("AGI connection closed: no AGI header")
        return []

    async def _call(
        self,
        decoder: AgiDecoder,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        events: list[AgiEvent],
    ) -> None:
        env = next(event.env for event in events if isinstance(event, EnvironmentReceived))
        session = AgiSession(env, writer)
        for event in events:
            session.take(event)
        pump = asyncio.get_running_loop().create_task(_pump(decoder, reader, session))
        try:
            await self._handler(session)
        except AgiClosed:
            log.info("AGI session ended by the PBX")
        except Exception as error:
            log.error("AGI handler failed: %s", _where(error))
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            session.lose()


async def _read(decoder: AgiDecoder, reader: asyncio.StreamReader) -> list[AgiEvent]:
    try:
        data = await reader.read(_READ_BYTES)
    except OSError:  # reset by the peer: the same as closed
        data = b""
    return decoder.receive(data) if data else decoder.receive_eof()


async def _pump(decoder: AgiDecoder, reader: asyncio.StreamReader, session: AgiSession) -> None:
    try:
        while not session.closed:
            for event in await _read(decoder, reader):
                session.take(event)
    finally:
        session.lose()


def _where(error: BaseException) -> str:
    """Type and places of an exception. Its message may hold a caller's words: never logged."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    path = " <- ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {path}"
