"""Closed lists against one utterance that Whisper has heard."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ivr.ports import Fit, Spelled, Spelling
from ivr.recognisers.closed_set import Entry, Opening, Search, Tree, say_prompt, totals
from ivr.recognisers.hypothesis_text import words_only
from ivr.recognisers.spelling_search import spelled
from ivr.recognisers.whisper_decoder import Heard, Said, WhisperDecoder
from ivr.recognisers.whisper_prompt import END, TASK
from ivr.recognisers.worker_pool import WorkerPool

Floats = NDArray[np.float32]

_KEPT_TEXTS = 20_000
_KEPT_TREES = 16
_BYTES_OF_CHARACTER = 3  # of a Chinese one in UTF-8
_EXHAUSTIVE = Search(run=64, most=math.inf, behind=math.inf)


@dataclass(frozen=True, slots=True)
class Listened:
    """What the decoder needs of one utterance (about 4 MB); lists are scored against it."""

    heard: Heard
    opening: Opening[Said]


class ListScorer:
    """Scores lists with the decoder of the model in `folder` (loads in half a second).

    `silence` is the encoder output of a silent line, `speech` as in WhisperDecoder.hear.
    May be used from several threads. Raises WeightsError for a model whose weights
    cannot be read.
    """

    def __init__(self, folder: Path, tokenizer: Tokenizer, silence: Floats, speech: int) -> None:
        vocabulary = np.array(sorted({*chinese_tokens(tokenizer), *TASK, END}))
        self._tokenizer = tokenizer
        self._decoder = WhisperDecoder(folder, vocabulary)
        self._prompt = self._decoder.columns(TASK) or []
        [self._end] = self._decoder.columns([END]) or [0]
        written = [_bytes_of(tokenizer, token) for token in vocabulary.tolist()]
        self._characters = [len(raw) / _BYTES_OF_CHARACTER for raw in written]
        self._columns = functools.lru_cache(_KEPT_TEXTS)(self._look_up)
        self._tree = functools.lru_cache(_KEPT_TREES)(self._grow)
        self._silence = self.listen(silence, speech)
        self._priors: dict[Entry, float] = {}

    def listen(self, encoded: Floats, speech: int) -> Listened:
        """Once for an utterance; `encoded` and `speech` as in WhisperDecoder.hear."""
        heard = self._decoder.hear(encoded, speech)
        return Listened(heard, say_prompt(self._decoder, heard, self._prompt))

    def score(self, listened: Listened, candidates: Sequence[str]) -> list[Fit | None]:
        """See ivr.ports.ClosedSetScorer."""
        entries = tuple(self._columns(candidate) for candidate in candidates)
        found = self._totals(listened, self._tree(entries), Search())
        priors = self._priors_of(
            {entry for entry, total in zip(entries, found, strict=True) if total is not None}
        )
        return [
            None if total is None else Fit(total, len(entry) + 1, priors[entry])
            for total, entry in zip(found, entries, strict=True)
        ]

    def spell(self, listened: Listened, spelling: Spelling) -> Spelled:
        """See ivr.ports.ClosedSetScorer."""
        columns = {
            character: [self._columns(word) for word in words if self._columns(word)]
            for character, words in spelling.words.items()
        }
        heard, opening, before = listened.heard, listened.opening, self._columns(spelling.before)
        return spelled(self._decoder, heard, opening, self._end, spelling, before, columns)

    def _priors_of(self, entries: set[Entry]) -> dict[Entry, float]:
        """The total of each entry on a silent line. Few are left of a list, and they are kept.

        Each is decoded alone: together with others its 8-bit roundings fall otherwise now and
        then (by up to 0.4 in total), and what an answer is worth would depend on earlier calls.
        """
        kept = self._priors
        known = {entry: kept[entry] for entry in entries if entry in kept}
        new = sorted(entries - known.keys())
        for entry in new:
            [total] = self._totals(self._silence, self._grow((entry,)), _EXHAUSTIVE)
            if total is not None:
                known[entry] = total
        if new:
            # Replaced, not changed: other threads may be reading it.
            self._priors = known if len(kept) > _KEPT_TEXTS else kept | known
        return known

    def _totals(self, listened: Listened, tree: Tree, search: Search) -> list[float | None]:
        return totals(self._decoder, listened.heard, listened.opening, self._end, tree, search)

    def _grow(self, entries: tuple[Entry, ...]) -> Tree:
        return Tree(entries, self._characters)

    def _look_up(self, candidate: str) -> Entry:
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
        try:
            return await self.pool.result(job, self.time_limit)
        finally:
            job.cancel()  # what nobody waits for any more is not to be in others' way

    async def spell(self, spelling: Spelling) -> Spelled:
        """Raises RecogniserError."""
        job = self.pool.submit(lambda: self.scorer.spell(self.listened, spelling))
        try:
            return await self.pool.result(job, self.time_limit)
        finally:
            job.cancel()  # what nobody waits for any more is not to be in others' way


def chinese_tokens(tokenizer: Tokenizer) -> Iterator[int]:
    """Token ids of Chinese text, digits and short Latin words.

    Whisper's text tokens are bytes in the printable disguise of GPT-2's vocabulary;
    a rare character is several tokens, none of which is a character. With the
    language fixed to Chinese the other 94 % of the vocabulary have hardly any of the
    probability: leaving them out changes a name's score by 0.05 a token.
    """
    for token in range(END):
        raw = _bytes_of(tokenizer, token)
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


def _bytes_of(tokenizer: Tokenizer, token: int) -> bytes:
    """What a text token writes; nothing for a special token."""
    if token >= END:
        return b""
    disguise = _bytes_of_disguise()
    return bytes(disguise[letter] for letter in tokenizer.id_to_token(token) or "")


@functools.cache
def _bytes_of_disguise() -> dict[str, int]:
    """GPT-2's table: printable bytes stand for themselves, the others for U+0100 and on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    return table | {chr(256 + position): byte for position, byte in enumerate(hidden)}
