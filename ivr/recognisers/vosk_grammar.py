"""Phrases of a turn -> Vosk's run-time grammar.

Vosk splits a phrase at spaces and drops words that the model does not know, so
Chinese phrases are cut into the model's own words first. A grammar that is not a
non-empty JSON array of strings ends the whole process inside the library:
`grammar_json` is the only way one is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

LONGEST_WORD = 8


def grammar_json(phrases: Iterable[str]) -> str:
    """The grammar as Vosk takes it. Raises ValueError when no phrase has a word."""
    listed = list(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases if phrase.strip()))
    if not listed:
        raise ValueError("a grammar needs at least one phrase")
    return json.dumps(listed, ensure_ascii=False)


def cut_into_words(phrase: str, knows: Callable[[str], bool]) -> str:
    """`phrase` with spaces between words of the model, as few as possible; empty if impossible."""
    pieces = [_cover(piece, knows) for piece in phrase.split()]
    if not pieces or any(words is None for words in pieces):
        return ""
    return " ".join(word for words in pieces if words is not None for word in words)


def _cover(piece: str, knows: Callable[[str], bool]) -> list[str] | None:
    if knows(piece):
        return [piece]
    best: list[list[str] | None] = [[]]
    for end in range(1, len(piece) + 1):
        covers: list[list[str]] = []
        for start in range(max(0, end - LONGEST_WORD), end):
            before = best[start]
            if before is not None and knows(piece[start:end]):
                covers.append([*before, piece[start:end]])
        best.append(min(covers, key=len, default=None))
    return best[-1]
