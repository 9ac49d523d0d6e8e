"""Whisper base on CTranslate2: the recogniser that is always there.

A spectrogram of 10 s instead of the 30 s that Whisper was trained on costs a seventh
and loses nothing for short answers (CER 33.9 instead of 33.2). One thread an utterance
is best: a short answer then takes 0.13 s on a quiet core, 0.2 to 0.3 s on a busy one.
Free text is poor (CER 30 to 40: homophones), so meaning is found by sound, in the
N-best list, and by scoring closed lists.
"""

from __future__ import annotations

import logging
import math
import time
from pathlib import Path

import ctranslate2
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from grammars.meaning import Hypothesis, Slot
from ivr.ports import Hint, RecogniserError, Recognition
from ivr.recognisers.behind_the_sound import made_behind
from ivr.recognisers.ct2_weights import WeightsError
from ivr.recognisers.hypothesis_text import clean
from ivr.recognisers.log_mel import (
    FRAMES_PER_SECOND,
    HOP,
    LEAD,
    MODEL_RATE,
    TAIL,
    log_mel,
    to_model_rate,
)
from ivr.recognisers.utterance_stream import UtteranceStream
from ivr.recognisers.whisper_prompt import TASK, prompt_tokens
from ivr.recognisers.whisper_scorer import ListScorer, UtteranceScorer
from ivr.recognisers.worker_pool import WorkerPool

_log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

BEAM = 5
SHORT_FRAMES = 1000
LONG_FRAMES = 3000
_MOST_TOKENS = 64
_LONG_MOST_TOKENS = 160
_STATEMENT_TOKENS = 220  # free speech of up to 28 s
_SHORTEST_SECONDS = 0.1

# The gate against words made from nothing. Noise and hum (60 samples) gave an unprompted
# greedy score below -2.8 and a no-speech probability above 0.48; real speech (408 short
# recordings) crosses both limits below in 0.2 % of cases, synthetic speech never.
_SILENCE_SCORE = -2.5
_SILENCE_PROBABILITY = 0.4
# With a prompt the model reads the prompt's words into noise at a good score, and its
# no-speech probability sinks, but not below 0.24; speech stays under 0.05.
_DOUBT = 0.15
_GATE_TOKENS = 24


class WhisperRecogniser:
    """ivr.ports.Recogniser on a CTranslate2 Whisper model.

    `workers` utterances at once on `threads` threads each (one is best: the decoder
    gains nothing from more); `waiting` more may queue, then RecogniserError.
    `time_limit` bounds the wait of one `finish`, in seconds. Making it loads the
    model (0.3 s, 200 MB) and, unless `scoring` is off, the decoder that scores closed
    lists (0.5 s, 100 MB more).
    """

    def __init__(
        self,
        folder: Path,
        name: str = "whisper",
        *,
        threads: int = 1,
        workers: int = 2,
        waiting: int = 16,
        time_limit: float = 6.0,
        scoring: bool = True,
    ) -> None:
        self.name = name
        self._time_limit = time_limit
        try:
            self._model = made_behind(
                lambda: ctranslate2.models.Whisper(
                    str(folder),
                    device="cpu",
                    compute_type="int8",
                    intra_threads=threads,
                    inter_threads=workers,
                )
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise RecogniserError(f"{name}: the model in {folder} cannot be loaded") from error
        self._pool = WorkerPool(name, workers, waiting)
        self._scorer: ListScorer | None = None
        if scoring:
            try:
                silence, speech = self._encode(np.zeros(MODEL_RATE, np.float32), SHORT_FRAMES)
                self._scorer = ListScorer(folder, self._tokenizer, _array(silence), speech)
            except WeightsError as error:
                _log.warning("%s cannot score closed lists: %s", name, error)

    def open(self, hint: Hint) -> UtteranceStream:
        """An utterance of the turn that `hint` describes."""
        return UtteranceStream(self._pool, lambda pcm: self.recognise(pcm, hint), self._time_limit)

    async def aclose(self) -> None:
        """Wait for what runs (at most 10 s), then let go of the model."""
        await self._pool.aclose()
        self._model.unload_model()

    def recognise(self, pcm: bytes, hint: Hint) -> Recognition:
        """Recognise 8 kHz s16le mono PCM in the calling thread."""
        started = time.perf_counter()
        samples = to_model_rate(pcm)
        seconds = len(samples) / MODEL_RATE
        if seconds < _SHORTEST_SECONDS:
            return Recognition((), self.name, time.perf_counter() - started)
        short = len(samples) + LEAD + TAIL <= SHORT_FRAMES * MODEL_RATE // FRAMES_PER_SECOND
        encoded, speech = self._encode(samples, SHORT_FRAMES if short else LONG_FRAMES)
        prompt = prompt_tokens(hint, seconds, self._tokenizer)
        longest = _STATEMENT_TOKENS if hint.slot is Slot.STATEMENT else _LONG_MOST_TOKENS
        result = self._generate(encoded, prompt, BEAM, _MOST_TOKENS if short else longest)
        hypotheses: dict[str, float] = {}
        scorer: UtteranceScorer | None = None
        if result.no_speech_prob < _DOUBT or self._is_speech(encoded):
            for ids, score in zip(result.sequences_ids, result.scores, strict=True):
                text = clean(self._tokenizer.decode(ids), seconds)
                if text:
                    hypotheses.setdefault(text, confidence(score))
            # Long ones cost more, and no list is said for ten seconds, but an ID number is.
            if self._scorer is not None and (short or hint.slot is Slot.ID_NUMBER):
                # Now, while the pause may yet be the end: a list is then scored without delay.
                listened = self._scorer.listen(_array(encoded), speech)
                scorer = UtteranceScorer(self._pool, self._scorer, listened, self._time_limit)
        return Recognition(
            tuple(Hypothesis(text, value) for text, value in hypotheses.items()),
            self.name,
            time.perf_counter() - started,
            scorer=scorer,
        )

    def _encode(self, samples: Floats, frames: int) -> tuple[ctranslate2.StorageView, int]:
        """The encoder's output, and how many of its positions (50 a second) are speech."""
        mel = log_mel(samples, frames)
        features = ctranslate2.StorageView.from_array(mel[np.newaxis])
        speech = (LEAD + len(samples) + TAIL) // (2 * HOP)
        return self._model.encode(features, to_cpu=True), speech

    def _is_speech(self, encoded: ctranslate2.StorageView) -> bool:
        result = self._generate(encoded, list(TASK), 1, _GATE_TOKENS)
        silence = result.no_speech_prob > _SILENCE_PROBABILITY
        return not (silence and result.scores[0] < _SILENCE_SCORE)

    def _generate(
        self, encoded: ctranslate2.StorageView, prompt: list[int], beam: int, tokens: int
    ) -> ctranslate2.models.WhisperGenerationResult:
        """`tokens` bounds the answer; the library's own bound counts the prompt too."""
        return self._model.generate(
            encoded,
            [prompt],
            beam_size=beam,
            num_hypotheses=beam,
            return_scores=True,
            return_no_speech_prob=True,
            max_length=len(prompt) + tokens,
        )[0]


def _array(encoded: ctranslate2.StorageView) -> Floats:
    array: Floats = np.array(encoded)[0]
    return array


def confidence(score: float) -> float:
    """Whisper's score is the mean log-probability of a token: its geometric mean, 0 to 1.

    Monotone in the score. It says how sure the model is of the characters, not of
    the meaning: of homophones it knows none better, so right meanings score low too.
    """
    return math.exp(min(score, 0.0))
