"""Writes the recording of one call as it goes on, off the event loop.

After `kill -9` the file opens and holds everything up to the last two seconds:
one second until a place is settled (ivr.recording.masking), half a second until
it is handed over, and the writing itself. A disk that fails or falls behind
never disturbs the call: `fault` says what happened, and what was not written is
silence.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from pathlib import Path

from ivr.recording.masking import MaskedTimeline, Piece
from ivr.recording.wav_file import GrowingWav

HAND_OVER_FRAMES = 25  # 0.5 s
WAITING_BATCHES = 120  # a minute behind; what comes on top becomes silence
CLOSE_LIMIT = 5.0  # seconds

_log = logging.getLogger(__name__)


class StereoRecorder:
    """The recording of a live call, used from one event loop.

    Only `start` and `close` wait; the others return at once. The order in a call:
    `start`; then for every 20 ms `agent` and `caller`; around each utterance
    `hold_from`, `utterance_ended`, `utterance_understood`; at the end `close`.
    """

    def __init__(self, path: Path, executor: Executor | None = None) -> None:
        """`executor` does the writing; None = the loop's own."""
        self.path = path
        self.fault: str | None = None
        self._executor = executor
        self._timeline = MaskedTimeline()
        self._handed_over = 0
        self._batches: asyncio.Queue[list[Piece] | None] = asyncio.Queue(WAITING_BATCHES)
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def seconds(self) -> float:
        """Length of the recording so far."""
        return self._timeline.frames / 50

    async def start(self) -> None:
        """Create the file. Does not raise for a disk that will not: see `fault`."""
        try:
            wav = await asyncio.get_running_loop().run_in_executor(
                self._executor, GrowingWav, self.path
            )
        except OSError as error:
            self._fail("cannot be created", error)
            return
        self._writer = asyncio.create_task(self._write(wav), name="recording")

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        """See MaskedTimeline.caller."""
        if not self._closed:
            self._timeline.caller(frame, voiced)
            self._hand_over_in_time()

    def agent(self, frame: bytes, personal: bool = False) -> None:
        """See MaskedTimeline.agent."""
        if not self._closed:
            self._timeline.agent(frame, personal)
            self._hand_over_in_time()

    def hold_from(self, look_back_frames: int) -> int:
        """See MaskedTimeline.hold_from."""
        return self._timeline.hold_from(look_back_frames)

    def utterance_ended(self) -> None:
        """See MaskedTimeline.utterance_ended."""
        self._timeline.utterance_ended()

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        """See MaskedTimeline.utterance_understood."""
        self._timeline.utterance_understood(contains_id, hold)

    def ask_id_number(self, asking: bool) -> None:
        """See MaskedTimeline.ask_id_number."""
        self._timeline.ask_id_number(asking)

    async def close(self) -> None:
        """Write what is left and close the file, within CLOSE_LIMIT seconds. Twice is fine."""
        if self._closed:
            return
        self._closed = True
        self._hand_over(self._timeline.finish())
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            async with asyncio.timeout(CLOSE_LIMIT):
                if not writer.done():
                    await self._batches.put(None)
                await asyncio.shield(writer)
        except TimeoutError as error:
            self._fail("was not finished in time", error)
        finally:
            writer.cancel()

    def _hand_over_in_time(self) -> None:
        if self._timeline.frames - self._handed_over >= HAND_OVER_FRAMES:
            self._handed_over = self._timeline.frames
            self._hand_over(self._timeline.take())

    def _hand_over(self, pieces: list[Piece]) -> None:
        if self.fault is not None or not pieces:
            return
        try:
            self._batches.put_nowait(pieces)
        except asyncio.QueueFull as error:
            self._fail("falls behind: the disk is too slow", error)

    async def _write(self, wav: GrowingWav) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (pieces := await self._batches.get()) is not None:
                await loop.run_in_executor(self._executor, _write_batch, wav, pieces)
        except OSError as error:
            self._fail("cannot be written", error)
        finally:
            await loop.run_in_executor(self._executor, _close, wav)

    def _fail(self, what: str, error: BaseException) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self.fault = f"the recording {self.path.name} {what}: {reason}"
        _log.error("%s", self.fault)


def _write_batch(wav: GrowingWav, pieces: list[Piece]) -> None:
    for piece in pieces:
        wav.write(piece.start, piece.pcm)
    wav.update_header()


def _close(wav: GrowingWav) -> None:
    try:
        wav.close()
    except OSError:
        _log.error("the recording could not be closed")
