"""A recogniser on another machine: client of vosk-server's WebSocket protocol.

Protocol (vosk-server, websocket/asr_server.py): a text message with the
configuration; binary messages of PCM, each answered by one JSON result; the text
`{"eof" : 1}`, answered by the last result, after which the server closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from ivr.ports import SAMPLE_RATE, Hint, RecogniserError, Recognition
from ivr.recognisers.vosk_result import Transcript, config_message

ALTERNATIVES = 5
CONNECT_SECONDS = 2.0
_TRIES = 2
_MESSAGE_BYTES = SAMPLE_RATE // 10 * 2
_QUEUED_MESSAGES = 600
"""60 s of audio may wait for a slow server; more is left out."""
_LARGEST_ANSWER = 1 << 20
_EOF = '{"eof" : 1}'


Spawn = Callable[[Coroutine[None, None, None]], asyncio.Task[None]]


class VoskServerRecogniser:
    """ivr.ports.Recogniser on a vosk-server at `url` (ws://host:2700).

    Each utterance has its own connection, opened when the turn starts listening, so
    that a server that was restarted serves the next turn. `time_limit` (seconds)
    bounds the wait of `finish`.
    """

    def __init__(self, url: str, name: str = "vosk-server", *, time_limit: float = 6.0) -> None:
        if not url.startswith(("ws://", "wss://")):
            raise RecogniserError(f"{name}: recogniser.server_url must start with ws:// or wss://")
        self.name = name
        self._url = url
        self._time_limit = time_limit
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, hint: Hint) -> VoskServerStream:
        """An utterance of the turn that `hint` describes. Needs a running event loop."""
        config = config_message(SAMPLE_RATE, ALTERNATIVES, hint.grammar)
        return VoskServerStream(self._url, self.name, config, self._time_limit, self._spawn)

    def _spawn(self, conversation: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(conversation, name=f"{self.name} utterance")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """End every connection that is still open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class VoskServerStream:
    """One utterance on one connection, whose task the recogniser owns."""

    def __init__(self, url: str, name: str, config: str, time_limit: float, spawn: Spawn) -> None:
        self._url = url
        self._name = name
        self._config = config
        self._time_limit = time_limit
        self._transcript = Transcript(most=ALTERNATIVES)
        self._audio = bytearray()
        self._outbox: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUED_MESSAGES + 1)
        self._spawn = spawn
        self._ended = False
        self._closed = False
        self._failure: RecogniserError | None = None
        self._task = spawn(self._converse())

    def accept(self, pcm: bytes) -> None:
        if self._ended:
            return
        self._audio += pcm
        while len(self._audio) >= _MESSAGE_BYTES:
            self._queue(bytes(self._audio[:_MESSAGE_BYTES]))
            del self._audio[:_MESSAGE_BYTES]

    def partial(self) -> str:
        return self._transcript.text_so_far

    def speculate(self) -> None:
        """Nothing to do: the server decodes as it listens."""

    def resume(self) -> None:
        """Go on, on another connection, after a `finish` that came too early.

        What that one gives stays the first part of the utterance.
        """
        if self._ended and not self._closed:
            self._ended = False
            self._task = self._spawn(self._converse_after(self._task))

    async def finish(self) -> Recognition:
        started = time.perf_counter()
        if not self._ended:
            self._ended = True
            if self._audio:
                self._queue(bytes(self._audio))
            self._outbox.put_nowait(None)
        try:
            async with asyncio.timeout(self._time_limit):
                await asyncio.shield(self._task)
        except TimeoutError as error:
            self._task.cancel()
            raise RecogniserError(
                f"{self._name}: no result within {self._time_limit:.1f} s"
            ) from error
        except asyncio.CancelledError:
            if self._task.cancelled():  # closed by `close` or `aclose`, not our caller's doing
                raise RecogniserError(f"{self._name}: the utterance is closed") from None
            raise
        if self._failure is not None:
            raise self._failure
        return Recognition(
            self._transcript.hypotheses(),
            self._name,
            time.perf_counter() - started,
            self._transcript.words(),
        )

    def close(self) -> None:
        self._ended = self._closed = True
        self._task.cancel()

    def _queue(self, message: bytes) -> None:
        if self._outbox.qsize() < _QUEUED_MESSAGES:  # one place is kept for the end
            self._outbox.put_nowait(message)

    async def _converse_after(self, earlier: asyncio.Task[None]) -> None:
        await asyncio.wait([earlier])
        if self._failure is None:
            await self._converse()

    async def _converse(self) -> None:
        """The whole conversation with the server; a failure is kept for `finish`."""
        try:
            connection = await self._connect()
            try:
                await connection.send(self._config)
                async with asyncio.TaskGroup() as group:
                    sending = group.create_task(self._send(connection))
                    await self._receive(connection)
                    sending.cancel()
            finally:
                await connection.close()
        except RecogniserError as error:
            self._failure = error
        except ExceptionGroup as group:
            first = group.exceptions[0]
            self._failure = first if isinstance(first, RecogniserError) else self._broke(first)
        except (OSError, WebSocketException) as error:
            self._failure = self._broke(error)

    def _broke(self, error: Exception) -> RecogniserError:
        return RecogniserError(f"{self._name}: the connection broke ({type(error).__name__})")

    async def _connect(self) -> ClientConnection:
        for attempt in range(_TRIES):
            try:
                return await connect(
                    self._url,
                    open_timeout=CONNECT_SECONDS,
                    close_timeout=CONNECT_SECONDS,
                    max_size=_LARGEST_ANSWER,
                    compression=None,
                )
            except (OSError, WebSocketException) as error:  # TimeoutError is an OSError
                if attempt == _TRIES - 1:
                    raise RecogniserError(
                        f"{self._name}: {self._url} cannot be reached ({type(error).__name__})"
                    ) from error
        raise AssertionError("unreachable")

    async def _send(self, connection: ClientConnection) -> None:
        # A connection that breaks while sending is reported by the receiver.
        with contextlib.suppress(ConnectionClosed):
            while (message := await self._outbox.get()) is not None:
                await connection.send(message)
            await connection.send(_EOF)

    async def _receive(self, connection: ClientConnection) -> None:
        """Take results until the server closes. Raises RecogniserError when it does so early."""
        async for message in connection:
            self._transcript.take(message)
        # The answer to the end is a result; a server that dies leaves a partial text behind.
        if not (self._ended and self._outbox.empty() and self._transcript.settled):
            raise RecogniserError(f"{self._name}: the server closed in mid-utterance")
