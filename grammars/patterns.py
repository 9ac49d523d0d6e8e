"""Sentence patterns -> where they occur in an utterance, by characters and by sound.

A pattern is literal text in which `|` separates alternatives and `…` stands for
up to five syllables in between: "再|重新…说|讲". A pattern that begins with `=` has to be the
whole utterance. Patterns are data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from grammars.closed_list import ClosedList, Heard
from grammars.meaning import Candidate
from grammars.spoken import Spoken

GAP = 5
_MOST_EXPANSIONS = 60
_SOUND_LIKENESS = 0.86
_SHORTEST_BY_SOUND = 2
# What a phrase of so many syllables that only sounds alike keeps of its confidence in the midst
# of a long sentence, and when it is all that was said.
_SHARE_BY_SOUND = {2: (0.4, 0.9), 3: (0.5, 1.0), 4: (0.65, 1.0)}
_SHARE_OF_LONG = (0.8, 1.0)

# Whether the stretch from start to end of a row is named only to be refused.
Refusal = Callable[[Spoken, int, int], bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """`words`: how many literal syllables matched; `start`..`end` in hypothesis `heard`."""

    name: str
    heard: int
    start: int
    end: int
    words: int
    confidence: float
    exact: bool


class PatternTable:
    """Names with their patterns, compiled once. `unless` patterns blot out what they cover."""

    def __init__(
        self,
        patterns: Mapping[str, Sequence[str]],
        unless: Mapping[str, Sequence[str]] | None = None,
        *,
        by_sound: bool = True,
    ) -> None:
        self._compiled = [
            (name, re.compile(_expression(pattern)), _least_words(pattern))
            for name, entries in patterns.items()
            for pattern in entries
        ]
        self._unless = {
            name: [re.compile(_expression(pattern)) for pattern in entries]
            for name, entries in (unless or {}).items()
        }
        spoken_forms = [
            Candidate(f"{name}\t{phrase}", (phrase,))
            for name, entries in patterns.items()
            for pattern in entries
            if not pattern.startswith("=")
            for phrase in _expansions(pattern)
            if len(phrase) >= _SHORTEST_BY_SOUND
        ]
        self._sounds = ClosedList(spoken_forms, words=True) if by_sound else None

    def find(self, found: Heard, *, refused: Refusal | None = None) -> list[Hit]:
        """The best hit of every name, best first: written ones by length, then those that only
        sound alike. `refused`: says which stretches are not meant ("不要…"), as those of
        grammars.corrections do.
        """
        hits: dict[str, Hit] = {}
        top = max(found.confidences, default=1.0) or 1.0
        for which, row in enumerate(found.rows):
            faith = found.confidences[which] / top
            for name, expression, _ in self._compiled:
                for match in expression.finditer(row.text):
                    words = sum(len(group) for group in match.groups() if group)
                    if self._blotted(name, row.text, match.start(), match.end()):
                        continue
                    if refused is not None and refused(row, match.start(), match.end()):
                        continue
                    sure = 0.97 if words >= 2 else 0.8
                    _keep(
                        hits,
                        Hit(name, which, match.start(), match.end(), words, sure * faith, True),
                    )
        if self._sounds is not None:
            for spot in self._sounds.spot(found, limit=6):
                name = spot.name.partition("\t")[0]
                text = found.rows[spot.heard].text
                if spot.exact or spot.likeness < _SOUND_LIKENESS + 0.06 * (len(spot.phrase) <= 2):
                    continue
                if self._blotted(name, text, spot.start, spot.end):
                    continue
                row = found.rows[spot.heard]
                if refused is not None and refused(row, spot.start, spot.end):
                    continue
                faith = found.confidences[spot.heard] / top
                sure = min(0.9, 0.9 - 2.5 * (1 - spot.likeness)) * faith
                share = (spot.end - spot.start) / len(text)
                alone, whole = _SHARE_BY_SOUND.get(len(spot.phrase), _SHARE_OF_LONG)
                sure *= alone + (whole - alone) * share
                _keep(
                    hits,
                    Hit(name, spot.heard, spot.start, spot.end, len(spot.phrase), sure, False),
                )
        return sorted(hits.values(), key=lambda hit: (-hit.words * hit.confidence, hit.start))

    def likeness_of_whole(self, row: Spoken) -> float:
        """How much the whole utterance sounds like one of the phrases, 0 to 1."""
        if self._sounds is None or not row.text:
            return 0.0
        spots = self._sounds.spot(Heard((row,), (1.0,)), limit=3)
        whole = [s.likeness for s in spots if s.end - s.start == len(row.text) == len(s.phrase)]
        return max(whole, default=0.0)

    def _blotted(self, name: str, text: str, start: int, end: int) -> bool:
        return any(
            blot.start() <= start and end <= blot.end()
            for expression in self._unless.get(name, ())
            for blot in expression.finditer(text)
        )


def _keep(hits: dict[str, Hit], hit: Hit) -> None:
    known = hits.get(hit.name)
    if known is None or known.words * known.confidence < hit.words * hit.confidence:
        hits[hit.name] = hit


def _parts(pattern: str) -> list[list[str]]:
    return [part.split("|") for part in pattern.removeprefix("=").split("…")]


def _expression(pattern: str) -> str:
    groups = [
        "(" + "|".join(re.escape(word) for word in sorted(part, key=len, reverse=True)) + ")"
        for part in _parts(pattern)
    ]
    expression = f".{{0,{GAP}}}?".join(groups)
    return f"^{expression}$" if pattern.startswith("=") else expression


def _least_words(pattern: str) -> int:
    return sum(min(len(word) for word in part) for part in _parts(pattern))


def _expansions(pattern: str) -> list[str]:
    return ["".join(words) for words in islice(product(*_parts(pattern)), _MOST_EXPANSIONS)]
