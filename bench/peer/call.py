"""One call of the comparison: the caller's frames on a 20 ms clock, and what came back when."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np

from bench.peer import wire
from bench.peer.audio import Utterance
from ivr.clock import SystemClock
from ivr.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE
from ivr.telephony.frame_clock import FrameClock

REPLY_LIMIT = 8.0  # seconds from the last word to the reply; then there is none
STOP_LIMIT = 3.0  # seconds for a prompt to stop when it is spoken into
_LOUD = 100  # peak of a frame: 50 dB under full scale
_APART = 0.4  # seconds of silence between two things that the agent says
_READY_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an utterance. `latency`: seconds from its last sound to the reply's first frame
    (NaN: none, or cut off). `cut_off`: the agent spoke before the last sound. `turns`: into how
    many it was split. `stopped`: seconds until the prompt that it was said into was silent."""

    utterance: Utterance
    latency: float = math.nan
    cut_off: bool = False
    turns: int = 0
    stopped: float = math.nan


class Call:
    """`async with Call.to(port, noise) as call:`"""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, noise: bytes
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._noise = noise
        self._clock = FrameClock(SystemClock())
        self._loop = asyncio.get_running_loop()
        self._to_play: deque[bytes] = deque()
        self._begun: asyncio.Future[float] | None = None  # of what is to be played
        self._played = asyncio.Event()
        self._ready = asyncio.Event()
        self._onsets: list[float] = []
        self._last_loud = -math.inf
        self._turns: list[float] = []
        self.began = self._loop.time()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, port: int, noise: bytes) -> AsyncIterator[Call]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        call = cls(reader, writer, noise)
        tasks = [asyncio.create_task(call._send()), asyncio.create_task(call._receive())]
        try:
            async with asyncio.timeout(_READY_LIMIT):
                await call._ready.wait()
            yield call
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            writer.close()

    @property
    def late(self) -> int:
        """The caller's own frames that left late: the machine is too busy to measure."""
        return self._clock.late + self._clock.skipped

    @property
    def minutes(self) -> float:
        return (self._loop.time() - self.began) / 60

    async def answer(self, utterance: Utterance) -> Heard:
        """Say it in the agent's silence and wait for the reply."""
        await self._quiet(0.8)
        self._writer.write(wire.told(listen=utterance.slot.value))
        await asyncio.sleep(0.3)
        begun = await self._say(utterance)
        begins, ends = begun + utterance.begins, begun + utterance.ends
        cut_off = any(begins < at < ends for at in self._onsets)
        reply = await self._onset_after(ends, ends + REPLY_LIMIT)
        if cut_off and math.isnan(reply):
            reply = self._loop.time()
        await self._quiet(1.0)
        turns = sum(at > begins for at in self._turns)
        latency = math.nan if cut_off else reply - ends
        return Heard(utterance, latency, cut_off, turns)

    async def interrupt(self, utterance: Utterance) -> Heard:
        """Say it 1.5 s into the long prompt."""
        await self._quiet(0.8)
        asked = self._loop.time()
        self._writer.write(wire.told(listen=utterance.slot.value))
        self._writer.write(wire.told(say="prompt"))
        if math.isnan(await self._onset_after(asked, asked + REPLY_LIMIT)):
            return Heard(utterance)
        await asyncio.sleep(1.5)
        begins = await self._start(utterance) + utterance.begins
        stopped = math.nan
        while self._loop.time() < begins + STOP_LIMIT:
            await asyncio.sleep(FRAME_SECONDS)
            if self._last_loud > begins and self._loop.time() - self._last_loud > 0.3:
                stopped = self._last_loud - begins
                break
        await self._played.wait()
        await self._quiet(1.0)
        return Heard(utterance, stopped=stopped)

    async def _say(self, utterance: Utterance) -> float:
        begun = await self._start(utterance)
        await self._played.wait()
        return begun

    async def _start(self, utterance: Utterance) -> float:
        """When its first frame left."""
        self._played.clear()
        self._begun = self._loop.create_future()
        pcm = utterance.pcm
        self._to_play.extend(pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES))
        return await self._begun

    async def _quiet(self, seconds: float) -> None:
        """Until the agent has been silent so long; a reply that never ends is waited out."""
        until = self._loop.time() + 30
        since = self._loop.time()
        while self._loop.time() < until:
            if self._loop.time() - max(since, self._last_loud) >= seconds:
                return
            await asyncio.sleep(FRAME_SECONDS)

    async def _onset_after(self, since: float, until: float) -> float:
        """When the agent began to speak after `since`; NaN where it did not until `until`."""
        while True:
            found = next((at for at in self._onsets if at >= since), None)
            if found is not None:
                return found
            if self._loop.time() > until:
                return math.nan
            await asyncio.sleep(FRAME_SECONDS / 2)

    async def _send(self) -> None:
        at = 0
        async for _ in self._clock:
            if self._to_play:
                if self._begun is not None and not self._begun.done():
                    self._begun.set_result(self._loop.time())
                frame = self._to_play.popleft()
                if not self._to_play:
                    self._played.set()
            else:
                frame = self._noise[at : at + FRAME_BYTES]
                at = (at + FRAME_BYTES) % len(self._noise)
            self._writer.write(wire.audio(frame))

    async def _receive(self) -> None:
        async for item in wire.frames(self._reader):
            now = self._loop.time()
            if not isinstance(item, bytes):
                if item.get("ready"):
                    self._ready.set()
                if "turn" in item:
                    self._turns.append(now)
                continue
            samples = np.abs(np.frombuffer(item, "<i2").astype(np.int32))
            loud = np.flatnonzero(samples > _LOUD)
            if len(loud) == 0:
                continue
            # A frame of 40 ms may begin with silence: what counts is its first sound.
            first = now + float(loud[0]) / SAMPLE_RATE
            if first - self._last_loud > _APART:
                self._onsets.append(first)
            self._last_loud = now + float(loud[-1]) / SAMPLE_RATE
