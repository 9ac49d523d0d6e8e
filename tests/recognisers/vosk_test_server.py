"""A vosk-server for tests: the real Vosk behind the server's WebSocket protocol.

Follows the public websocket/asr_server.py: configuration as text, audio as binary,
one answer a message, `eof` answered by the final result and the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import vosk
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class VoskTestServer:
    """What it was asked, and how it should misbehave."""

    def __init__(self, model: vosk.Model) -> None:
        self._model = model
        self.configurations: list[dict[str, object]] = []
        self.hang_up_after: int | None = None
        self.mute = False
        self.answer: Callable[[str], str] = lambda text: text

    async def handle(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):  # a client may go at any time
            await self._converse(connection)

    async def _converse(self, connection: ServerConnection) -> None:
        decoder: Any = None
        config: dict[str, object] = {}
        pieces = 0
        async for message in connection:
            if isinstance(message, str) and "config" in message:
                config = json.loads(message)["config"]
                self.configurations.append(config)
                continue
            if self.mute:
                continue
            if decoder is None:
                decoder = await asyncio.to_thread(self._decoder, config)
            if isinstance(message, str):
                await connection.send(self.answer(await asyncio.to_thread(decoder.FinalResult)))
                return
            pieces += 1
            if self.hang_up_after is not None and pieces > self.hang_up_after:
                return
            await connection.send(self.answer(await asyncio.to_thread(_decode, decoder, message)))

    def _decoder(self, config: dict[str, object]) -> vosk.KaldiRecognizer:
        phrases = config.get("phrase_list")
        rate = config["sample_rate"]
        if phrases:
            grammar = json.dumps(phrases, ensure_ascii=False)
            decoder = vosk.KaldiRecognizer(self._model, rate, grammar)
        else:
            decoder = vosk.KaldiRecognizer(self._model, rate)
        decoder.SetWords(bool(config.get("words")))
        decoder.SetMaxAlternatives(config.get("max_alternatives", 0))
        return decoder


def _decode(decoder: vosk.KaldiRecognizer, pcm: bytes) -> str:
    ended = decoder.AcceptWaveform(pcm)
    return str(decoder.Result() if ended else decoder.PartialResult())


@asynccontextmanager
async def running(model: vosk.Model) -> AsyncIterator[tuple[str, VoskTestServer]]:
    """The server on a free port: its URL and itself."""
    server = VoskTestServer(model)
    async with serve(server.handle, "127.0.0.1", 0) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}", server
