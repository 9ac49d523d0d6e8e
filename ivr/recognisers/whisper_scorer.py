"""Closed lists against one utterance that Whisper has heard."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ivr.ports import Fit
from ivr.recognisers.closed_set import Opening, Search, Tree, say_prompt, totals
from ivr.recognisers.hypothesis_text import words_only
from ivr.recognisers.whisper_decoder import Heard, Said, WhisperDecoder
from ivr.recognisers.whisper_prompt import END, TASK
from ivr.recognisers.worker_pool import WorkerPool

Floats = NDArray[np.float32]

_KEPT_TOKENISATIONS = 20_000
_KEPT_TREES = 16


@dataclass(frozen=True, slots=True)
class Listened:
    """What the decoder needs of one utterance (about 4 MB); lists are scored against it."""

    heard: Heard
    opening: Opening[Said]


class ListScorer:
    """Scores lists with the decoder of the model in `folder` (60 MB; loads in half a second).

    Raises WeightsError for a model whose weights cannot be read.
    """

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        vocabulary = np.array(sorted({*chinese_tokens(tokenizer), *TASK, END}))
        self._tokenizer = tokenizer
        self._decoder = WhisperDecoder(folder, vocabulary)
        self._prompt = self._decoder.columns(TASK) or []
        [self._end] = self._decoder.columns([END]) or [0]
        self._columns = functools.lru_cache(_KEPT_TOKENISATIONS)(self._look_up)
        self._tree = functools.lru_cache(_KEPT_TREES)(Tree)

    def listen(self, encoded: Floats, speech: int) -> Listened:
        """Once for an utterance; `encoded` and `speech` as in WhisperDecoder.hear."""
        heard = self._decoder.hear(encoded, speech)
        return Listened(heard, say_prompt(self._decoder, heard, self._prompt))

    def score(self, listened: Listened, candidates: Sequence[str]) -> list[Fit | None]:
        """See ivr.ports.ClosedSetScorer."""
        entries = tuple(self._columns(candidate) for candidate in candidates)
        found = totals(
            self._decoder,
            listened.heard,
            listened.opening,
            self._end,
            self._tree(entries),
            Search(),
        )
        return [
            None if total is None else Fit(total, len(entry) + 1)
            for total, entry in zip(found, entries, strict=True)
        ]

    def _look_up(self, candidate: str) -> tuple[int, ...]:
        """Columns of the candidate as it is spoken; nothing where the vocabulary lacks a token."""
        ids = self._tokenizer.encode(words_only(candidate), add_special_tokens=False).ids
        return tuple(self._decoder.columns(ids) or ())


@dataclass(frozen=True, slots=True)
class UtteranceScorer:
    """ivr.ports.ClosedSetScorer for one utterance."""

    pool: WorkerPool
    scorer: ListScorer
    listened: Listened
    time_limit: float

    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        """Raises RecogniserError."""
        listed = tuple(candidates)
        job = self.pool.submit(lambda: self.scorer.score(self.listened, listed))
        return await self.pool.result(job, self.time_limit)


def chinese_tokens(tokenizer: Tokenizer) -> Iterator[int]:
    """Token ids of Chinese text, digits and short Latin words.

    Whisper's text tokens are bytes in the printable disguise of GPT-2's vocabulary;
    a rare character is several tokens, none of which is a character. With the
    language fixed to Chinese the other 94 % of the vocabulary have hardly any of the
    probability: leaving them out changes a name's score by 0.05 a token.
    """
    disguise = _bytes_of_disguise()
    for token in range(END):
        raw = bytes(disguise[letter] for letter in tokenizer.id_to_token(token) or "")
        if not raw:
            continue
        try:
            text = raw.decode().strip()
        except UnicodeDecodeError:
            if raw[0] >= 0x80:
                yield token
            continue
        if all(_is_chinese_or_digit(letter) for letter in text) or (
            len(text) <= 2 and text.isascii() and text.isalpha()
        ):
            yield token


def _is_chinese_or_digit(letter: str) -> bool:
    return (
        "\u3400" <= letter <= "\u9fff"
        or "\u3000" <= letter <= "\u303f"
        or "\uff00" <= letter <= "\uffef"
        or letter.isdigit()
    )


def _bytes_of_disguise() -> dict[str, int]:
    """GPT-2's table: printable bytes stand for themselves, the others for U+0100 and on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    return table | {chr(256 + position): byte for position, byte in enumerate(hidden)}
