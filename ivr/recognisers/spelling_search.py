"""Strings that are said character by character, along those that can be: a beam search.

Every beginning in the beam is lengthened by every character that may follow, in every way in
which that is said; the likeliest beginnings are decoded together, one run a character.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ivr.ports import Spelled, Spelling
from ivr.recognisers.closed_set import Decoder, Heard, Opening, Said

Floats = NDArray[np.float32]

BEAM = 32
"""Of 60 ID numbers (dev speech, telephone) a beam of 8 finds 46, of 16 52, of 32 55."""
LONGEST = 40  # characters; a grammar without an end is given up


@dataclass(frozen=True, slots=True)
class _Beginning:
    """`token` is the number of its last token among all that were said, `following` the
    log-probabilities of what comes behind it."""

    total: float
    text: str = field(repr=False)
    token: int
    following: Floats


def spelled(
    decoder: Decoder[Said, Heard],
    heard: Heard,
    opening: Opening[Said],
    end: int,
    spelling: Spelling,
    before: Sequence[int],
    columns: Mapping[str, Sequence[Sequence[int]]],
    beam: int = BEAM,
) -> Spelled:
    """The strings that fit best.

    `before` and `columns` are columns of the decoder's vocabulary: of the words before the
    string and of the ways to say each character.
    """
    said, following, last = opening.said, opening.following, len(opening.said) - 1
    if before:
        first = len(said)
        parents = [last, *range(first, first + len(before) - 1)]
        scores, said = decoder.say(np.array(before), np.array(parents), said, heard)
        following, last = scores[-1], first + len(before) - 1
    beginnings = [_Beginning(0.0, spelling.start, last, following)]
    found: list[tuple[str, float]] = []
    unfinished = -math.inf
    for _ in range(LONGEST):
        longer = [
            (one.total + float(one.following[word[0]]), one, character, word)
            for one in beginnings
            for character in spelling.follow(one.text)
            for word in columns.get(character, ())
        ]
        if not longer:
            break
        longer.sort(key=lambda each: -each[0])
        first, tokens, parents = len(said), list[int](), list[int]()
        for _, one, _, word in longer[:beam]:
            parents += [one.token, *range(first + len(tokens), first + len(tokens) + len(word) - 1)]
            tokens += word
        scores, said = decoder.say(np.array(tokens), np.array(parents), said, heard)
        best: dict[str, _Beginning] = {}
        at = 0
        for total, one, character, word in longer[:beam]:
            inner = sum(float(scores[at + n][token]) for n, token in enumerate(word[1:]))
            at += len(word)
            text = one.text + character
            made = _Beginning(total + inner, text, first + at - 1, scores[at - 1])
            if text not in best or best[text].total < made.total:
                best[text] = made
        beginnings = list(best.values())
        for text, one in best.items():
            total = one.total + float(one.following[end])
            if spelling.whole(text):
                found.append((text, total))
            else:
                unfinished = max(unfinished, total)
    return Spelled(tuple(sorted(found, key=lambda each: -each[1])), unfinished)
