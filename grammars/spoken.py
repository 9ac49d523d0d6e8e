"""Text -> the row of syllables that was said, with every likely reading of each character.

Matching works on this row, never on characters alone: recognisers write homophones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg

from grammars.data_files import readings_data

_NOT_A_SYLLABLE = re.compile(r"[^0-9a-z\u3400-\u9fff]")
_CHINESE_ZERO = {"〇": "零", "○": "零", "◯": "零"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance: `text` holds one character a syllable, `readings` its pinyin (tone-blind).

    `readings[i]` lists the likely readings of `text[i]`, the one that fits the
    sentence first; a Latin letter reads as itself. `breaks` are positions in
    `text` before which the recogniser wrote punctuation.
    """

    text: str
    readings: tuple[tuple[str, ...], ...]
    breaks: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.text)


def plain(text: str) -> str:
    """Only what is said: NFKC, lower case, without punctuation and spaces."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = "".join(_CHINESE_ZERO.get(char, char) for char in folded)
    return _NOT_A_SYLLABLE.sub("", folded)


@lru_cache(maxsize=4096)
def spoken(text: str) -> Spoken:
    """The syllables of `text` (simplified Chinese; digits and Latin letters count as one each)."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = "".join(_CHINESE_ZERO.get(char, char) for char in folded)
    kept: list[str] = []
    breaks: set[int] = set()
    for char in folded:
        if _NOT_A_SYLLABLE.match(char):
            if kept and not char.isspace():
                breaks.add(len(kept))
        else:
            kept.append(char)
    row = "".join(kept)
    return Spoken(row, readings_of(row), frozenset(at for at in breaks if at < len(row)))


def readings_of(row: str) -> tuple[tuple[str, ...], ...]:
    """Likely readings of every character of `row` (as made by `plain`)."""
    data = readings_data()
    in_context = [reading for word in seg(row) for reading in _word_readings(word)] if row else []
    result: list[tuple[str, ...]] = []
    for char, first in zip(row, in_context, strict=True):
        if char.isdigit():
            result.append(data.digits[char])
        else:
            others = data.readings.get(char, ())
            result.append((first, *(other for other in others if other != first)))
    return tuple(result)


@lru_cache(maxsize=16384)
def _word_readings(word: str) -> tuple[str, ...]:
    """The hypotheses of an utterance share most of their words, and callers most of theirs."""
    return tuple(lazy_pinyin(word, style=Style.NORMAL, v_to_u=False, errors=_each_kept))


def _each(text: str) -> list[str]:
    """What pypinyin leaves alone (digits, letters), one entry a character."""
    return list(text)


# pypinyin takes a list from this callback, though its stub knows only str.
_each_kept = cast("Callable[[str], str]", _each)
