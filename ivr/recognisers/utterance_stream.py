"""A RecogniserStream for engines that recognise an utterance as a whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from ivr.listening.near_sound import near_sound
from ivr.ports import SAMPLE_RATE, RecogniserError, Recognition
from ivr.recognisers.worker_pool import WorkerPool

LONGEST_BYTES = 30 * SAMPLE_RATE * 2
"""What Whisper can take in one piece, 30 s; audio beyond it is left out."""


class UtteranceStream:
    """Collects audio and has `recognise` run on it in `pool`, early when told to speculate.

    A television behind the caller is made soft before (ivr.listening.near_sound).
    """

    def __init__(
        self, pool: WorkerPool, recognise: Callable[[bytes], Recognition], time_limit: float
    ) -> None:
        self._pool = pool
        self._recognise = recognise
        self._time_limit = time_limit
        self._audio = bytearray()
        self._job: Future[Recognition] | None = None
        self._closed = False

    def accept(self, pcm: bytes) -> None:
        if not self._closed:
            self._audio += pcm[: LONGEST_BYTES - len(self._audio)]

    def partial(self) -> str | None:
        return None

    def speculate(self) -> None:
        if self._job is None and not self._closed:
            try:
                self._job = self._begin()
            except RecogniserError:
                return  # no thread to spare for a guess; `finish` asks again

    def resume(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    async def finish(self) -> Recognition:
        if self._closed:
            raise RecogniserError(f"{self._pool.name}: the utterance is closed")
        job = self._job = self._job or self._begin()
        return await self._pool.result(job, self._time_limit)

    def close(self) -> None:
        self._closed = True
        self.resume()
        self._audio.clear()

    def _begin(self) -> Future[Recognition]:
        audio = bytes(self._audio)
        return self._pool.submit(lambda: self._recognise(near_sound(audio)))
