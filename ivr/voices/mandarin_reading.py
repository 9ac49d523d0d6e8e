"""Chinese text -> words of pinyin syllables, with the punctuation between them.

Segmentation by jieba and readings by pypinyin, as misaki's Mandarin front end for
Kokoro v1.0 does; ours keeps the lexicon's sounds, and neither touches jieba's
global dictionary nor trusts its cache in the shared temporary folder.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass

import jieba
from pypinyin import Style, lazy_pinyin

from ivr.voices.lexicon import HANZI, Lexicon

_PUNCTUATION = str.maketrans(
    {
        "，": ",",
        "、": ",",
        "；": ";",
        "：": ":",
        "。": ".",
        "．": ".",
        "！": "!",
        "？": "?",
        "（": "(",
        "）": ")",
        "—": ",",
        "…": ".",
        "\n": ".",
    }
)


@dataclass(frozen=True, slots=True)
class Word:
    """TONE3 pinyin syllables, 5 = neutral: ("gu3", "lou2")."""

    syllables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Punctuation:
    """ASCII punctuation, without spaces."""

    marks: str


class MandarinReading:
    """Safe to call from several threads; the dictionary (0.7 s) is loaded on first use."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._lock = threading.Lock()
        self._tokenizer: jieba.Tokenizer | None = None

    def read(self, text: str) -> tuple[Word | Punctuation, ...]:
        """The reading of `text`; empty where nothing in it can be spoken."""
        spoken = self.lexicon.spoken(text)
        fixed = self.lexicon.fixed_sounds(spoken)
        pieces: list[Word | Punctuation] = []
        for match in re.finditer(f"[{HANZI}]+|[^{HANZI}]+", spoken):
            if "\u4e00" <= match[0][0] <= "\u9fff":
                pieces.extend(self._words(match[0], match.start(), fixed))
            else:
                marks = re.sub(r"[^,.;:!?()]", "", match[0].translate(_PUNCTUATION))
                if marks:
                    pieces.append(Punctuation(marks))
        if not any(isinstance(piece, Word) for piece in pieces):
            return ()
        return tuple(pieces)

    def _words(self, segment: str, start: int, fixed: dict[int, str]) -> list[Word]:
        words: list[Word] = []
        place = start
        for word in self._loaded().lcut(segment, cut_all=False):
            read = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
            words.append(Word(tuple(fixed.get(place + n, sound) for n, sound in enumerate(read))))
            place += len(word)
        return words

    def _loaded(self) -> jieba.Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                jieba.setLogLevel(logging.WARNING)
                tokenizer = jieba.Tokenizer()
                tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
                tokenizer.initialized = True
                self._tokenizer = tokenizer
            return self._tokenizer
