"""The fallback voice: pyttsx3 over espeak-ng in a process of its own, without any display.

Hard to understand (about half of the syllables are heard right); it speaks when the
neural voice cannot.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ivr
from ivr.ports import VoiceError
from ivr.voices.conditioning import telephone_pcm
from ivr.voices.lexicon import Lexicon, load_lexicon
from ivr.voices.mandarin_reading import MandarinReading, Punctuation

WORKER: tuple[str, ...] = (sys.executable, "-m", "ivr.voices.pyttsx3_worker")

_VERSION = 1
_LONGEST_LINE = 64 << 20
_STOP_SECONDS = 2.0


class WorkerDied(Exception):
    """The worker ended or answered nonsense."""


class Pyttsx3Voice:
    """ivr.ports.Voice on pyttsx3.

    The worker starts with the first text, speaks one text after the other, and is
    started again once when it dies under a text. Starting and speaking take at most
    `limit` seconds each; a worker that hangs is ended.
    """

    name = f"pyttsx3/{_VERSION}"

    def __init__(
        self,
        *,
        limit: float = 8.0,
        lexicon: Lexicon | None = None,
        worker: Sequence[str] = WORKER,
    ) -> None:
        self._limit = limit
        self._reading = MandarinReading(lexicon or load_lexicon())
        self._command = tuple(worker)
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._number = 0
        self._closed = False

    async def synthesise(self, text: str) -> bytes:
        """8 kHz s16le PCM. Raises VoiceError; the message never holds the text."""
        pinyin = await asyncio.to_thread(self._pinyin, text)
        if not pinyin:
            raise VoiceError("pyttsx3: there is nothing in this text that can be spoken")
        async with self._turn:
            try:
                rate, raw = await self._ask(text, pinyin)
            except WorkerDied:
                try:
                    rate, raw = await self._ask(text, pinyin)
                except WorkerDied as error:
                    raise VoiceError(f"pyttsx3: the worker died twice: {error}") from error
        pcm = await asyncio.to_thread(_condition, raw, rate)
        if not pcm:
            raise VoiceError("pyttsx3: it spoke only silence")
        return pcm

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None while none runs."""
        return self._process.pid if self._process is not None else None

    @property
    def speaking(self) -> bool:
        """A text is being spoken."""
        return self._turn.locked()

    async def warm(self) -> None:
        """Start the worker now. Raises VoiceError, with what to install, if it cannot."""
        await self.synthesise("您好")

    async def aclose(self) -> None:
        """End the worker. Safe more than once."""
        self._closed = True
        async with self._turn:
            await self._stop()

    def _pinyin(self, text: str) -> str:
        """Toned pinyin, a space between syllables, punctuation for the pauses."""
        spoken = ""
        for part in self._reading.read(text):
            if isinstance(part, Punctuation):
                spoken += part.marks
            else:
                spoken += " " + " ".join(part.syllables)
        return spoken.strip()

    async def _ask(self, text: str, pinyin: str) -> tuple[int, bytes]:
        """One request and its reply. Raises WorkerDied, VoiceError."""
        self._number += 1
        request = {"id": self._number, "text": text, "pinyin": pinyin}
        answered = False
        try:
            process = await self._running()
            async with asyncio.timeout(self._limit):
                reply = await _exchange(process, request)
            answered = True
        except TimeoutError as error:
            raise VoiceError(f"pyttsx3: no answer within {self._limit:g} s") from error
        finally:
            # Hung, dead, or left in mid-answer by a cancelled caller: its next line
            # would belong to this request.
            if not answered:
                await self._stop()
        if "error" in reply:
            raise VoiceError(f"pyttsx3: {reply['error']}")
        try:
            return int(reply["rate"]), base64.b64decode(reply["pcm"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            await self._stop()
            raise WorkerDied("its answer makes no sense") from error

    async def _running(self) -> asyncio.subprocess.Process:
        if self._closed:
            raise VoiceError("pyttsx3: the voice has been closed")
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._stop()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LONGEST_LINE,
                env=_environment(),
            )
        except OSError as error:
            raise VoiceError(f"pyttsx3: the worker cannot be started: {error}") from error
        async with asyncio.timeout(self._limit):
            hello = await _read(self._process)
        if "fatal" in hello:
            raise VoiceError(
                f"pyttsx3 cannot speak here ({hello['fatal']}): "
                "install the packages espeak-ng and libespeak-ng1"
            )
        return self._process

    async def _stop(self) -> None:
        """End the worker and reap it: it holds nothing that a sudden end could lose."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.kill()
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()


async def _exchange(
    process: asyncio.subprocess.Process, request: dict[str, object]
) -> dict[str, Any]:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError) as error:
        raise WorkerDied("it closed its input") from error
    reply = await _read(process)
    if reply.get("id") != request["id"]:
        raise WorkerDied("it answered another request")
    return reply


async def _read(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    try:
        line = await process.stdout.readline()
    except ValueError as error:
        raise WorkerDied("its answer is too long") from error
    if not line:
        raise WorkerDied("it ended")
    try:
        reply = json.loads(line)
    except ValueError as error:
        raise WorkerDied("its answer is not JSON") from error
    if not isinstance(reply, dict):
        raise WorkerDied("its answer is not an object")
    return reply


def _environment() -> dict[str, str]:
    """The worker finds this package wherever the agent was started."""
    root = str(Path(ivr.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def _condition(raw: bytes, rate: int) -> bytes:
    samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.float32)
    return telephone_pcm(samples / np.float32(32768), rate)
