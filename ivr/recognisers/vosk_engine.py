"""Vosk in process: it recognises while the caller speaks, on worker threads."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import Protocol

import vosk

from ivr.ports import SAMPLE_RATE, Hint, RecogniserError, Recognition
from ivr.recognisers.vosk_grammar import cut_into_words, grammar_json
from ivr.recognisers.vosk_result import UNKNOWN_WORD, Transcript
from ivr.recognisers.worker_pool import WorkerPool

_log = logging.getLogger(__name__)

ALTERNATIVES = 5
# Decoding 100 ms at a time costs less than every 20 ms frame by itself.
_PUMP_BYTES = SAMPLE_RATE // 10 * 2
_BYTES_PER_SECOND = SAMPLE_RATE * 2
LONGEST_BYTES = 60 * _BYTES_PER_SECOND
"""Audio beyond this, waiting for a thread, is left out."""


class Decoder(Protocol):
    """The part of vosk.KaldiRecognizer that is used."""

    def AcceptWaveform(self, data: bytes) -> int: ...

    def Result(self) -> str: ...

    def PartialResult(self) -> str: ...

    def FinalResult(self) -> str: ...


class VoskRecogniser:
    """ivr.ports.Recogniser on a Vosk model folder.

    One model serves all utterances; `workers` threads decode, `waiting` more pieces
    of work may queue. Models with a dynamic graph (the small ones) take a closed
    hint as their grammar, the others ignore it. Making it loads the model (seconds).
    """

    def __init__(
        self,
        folder: Path,
        name: str = "vosk",
        *,
        workers: int = 2,
        waiting: int = 64,
        time_limit: float = 6.0,
    ) -> None:
        self.name = name
        self.takes_grammar = (folder / "graph" / "HCLr.fst").is_file()
        self._time_limit = time_limit
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
            vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE))  # a bad graph shows only here
        except Exception as error:
            raise RecogniserError(f"{name}: the model in {folder} cannot be loaded") from error
        self._pool = WorkerPool(name, workers, waiting)
        self._knows = functools.lru_cache(maxsize=65536)(self._look_up)
        self._grammar = functools.lru_cache(maxsize=64)(self._cut)  # thousands of phrases

    def open(self, hint: Hint) -> VoskStream:
        """An utterance of the turn that `hint` describes."""
        return VoskStream(self._pool, lambda: self._decoder(hint), self._time_limit)

    async def aclose(self) -> None:
        """Wait for what runs, at most 10 s."""
        await self._pool.aclose()

    def grammar(self, hint: Hint) -> str | None:
        """The hint's grammar; None where there is none that the model can take."""
        return self._grammar(hint) if self.takes_grammar and hint.grammar else None

    def _cut(self, hint: Hint) -> str | None:
        cut = [cut_into_words(phrase, self._knows) for phrase in hint.grammar]
        known = [phrase for phrase in cut if phrase]
        if len(known) < len(cut):
            _log.warning(
                "%s knows no words for %d of %d phrases of the %s list",
                self.name,
                len(cut) - len(known),
                len(cut),
                hint.slot.value,
            )
        if known and self._knows(UNKNOWN_WORD):
            known.append(UNKNOWN_WORD)  # a way out for what is not on the list
        return grammar_json(known) if known else None

    def _decoder(self, hint: Hint) -> Decoder:
        grammar = self.grammar(hint)
        rate = float(SAMPLE_RATE)
        made = (
            vosk.KaldiRecognizer(self._model, rate, grammar)
            if grammar
            else vosk.KaldiRecognizer(self._model, rate)
        )
        made.SetWords(True)
        made.SetMaxAlternatives(ALTERNATIVES)
        decoder: Decoder = made
        return decoder

    def _look_up(self, word: str) -> bool:
        return int(self._model.vosk_model_find_word(word)) >= 0


class VoskStream:
    """One utterance; audio is decoded as it comes, in order, one thread at a time."""

    def __init__(self, pool: WorkerPool, make: Callable[[], Decoder], time_limit: float) -> None:
        self._pool = pool
        self._make = make
        self._time_limit = time_limit
        self._transcript = Transcript(most=ALTERNATIVES)
        self._audio = bytearray()
        self._audio_lock = Lock()
        self._decoding = Lock()
        self._decoder: Decoder | None = None
        self._pump: Future[None] | None = None
        self._ended: Future[Recognition] | None = None
        self._closed = False

    def accept(self, pcm: bytes) -> None:
        if self._closed or self._ended is not None:
            return
        with self._audio_lock:
            self._audio += pcm[: LONGEST_BYTES - len(self._audio)]
            enough = len(self._audio) >= _PUMP_BYTES
        if enough and (self._pump is None or self._pump.done()):
            try:
                self._pump = self._pool.submit(self._decode)
            except RecogniserError:
                return  # all threads busy: the next frame tries again

    def partial(self) -> str:
        return self._transcript.text_so_far

    def speculate(self) -> None:
        """Nothing to do: everything said so far is being decoded already."""

    def resume(self) -> None:
        """Go on after a `finish` that came too early; what it gave stays the first part."""
        self._ended = None

    async def finish(self) -> Recognition:
        if self._closed:
            raise RecogniserError(f"{self._pool.name}: the utterance is closed")
        if self._pump is not None and self._pump.done():
            self._pump.exception()  # a failure shows again, and is raised, in `_end`
        self._ended = self._ended or self._pool.submit(self._end)
        return await self._pool.result(self._ended, self._time_limit)

    def close(self) -> None:
        self._closed = True
        for job in (self._pump, self._ended):
            if job is not None:
                job.cancel()
        with self._audio_lock:
            self._audio.clear()

    def _decode(self) -> None:
        with self._decoding:
            with self._audio_lock:
                audio = bytes(self._audio)
                self._audio.clear()
            if self._closed or not audio:
                return
            if self._decoder is None:
                self._decoder = self._make()
            if self._decoder.AcceptWaveform(audio):
                self._transcript.take(self._decoder.Result())
            else:
                self._transcript.take(self._decoder.PartialResult())

    def _end(self) -> Recognition:
        started = time.perf_counter()
        self._decode()
        with self._decoding:
            if self._decoder is not None:
                self._transcript.take(self._decoder.FinalResult())
        return Recognition(
            self._transcript.hypotheses(),
            self._pool.name,
            time.perf_counter() - started,
            self._transcript.words(),
        )
