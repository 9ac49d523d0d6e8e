"""Sentence patterns -> where they occur in an utterance, by characters and by sound.

A pattern is literal text in which `|` separates alternatives and `…` stands for
up to five syllables in between: "再|重新…说|讲". A pattern that begins with `=` has to be the
whole utterance. Patterns are data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from grammars.closed_list import ClosedList, Heard
from grammars.meaning import Candidate
from grammars.spoken import Spoken

GAP = 5
_SURE_WORDS = 3
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
            (name, re.compile(_expression(pattern)))
            for name, entries in patterns.items()
            for pattern in entries
        ]
        self._beginning_with = _by_first_syllable(
            pattern for entries in patterns.values() for pattern in entries
        )
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
        hits = self._written(found, refused)
        top = max(found.confidences, default=1.0) or 1.0
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
        return _ordered(hits)

    def written(self, found: Heard, *, refused: Refusal | None = None) -> list[Hit]:
        """Of `find` only what was written so."""
        return _ordered(self._written(found, refused))

    def _written(self, found: Heard, refused: Refusal | None) -> dict[str, Hit]:
        hits: dict[str, Hit] = {}
        top = max(found.confidences, default=1.0) or 1.0
        for which, row in enumerate(found.rows):
            faith = found.confidences[which] / top
            for name, expression in self._that_may_match(row.text):
                for match in expression.finditer(row.text):
                    words = sum(len(group) for group in match.groups() if group)
                    parts = [match.span(part + 1) for part in range(len(match.groups()))]
                    if any(self._blotted(name, row.text, *part) for part in (match.span(), *parts)):
                        continue  # the whole, or the 退 of 退休了要挂号
                    if refused is not None and refused(row, match.start(), match.end()):
                        continue
                    sure = 0.97 if words >= 2 else 0.8
                    _keep(
                        hits,
                        Hit(name, which, match.start(), match.end(), words, sure * faith, True),
                    )
        return hits

    def _that_may_match(self, text: str) -> list[tuple[str, re.Pattern[str]]]:
        """Those whose first syllable is in `text`: one in twenty, in the order of the table."""
        places = {at for char in set(text) for at in self._beginning_with.get(char, ())}
        return [self._compiled[at] for at in sorted(places)]

    def likeness_of_whole(self, row: Spoken) -> float:
        """How much the whole utterance sounds like one of the phrases, 0 to 1."""
        if self._sounds is None or not row.text:
            return 0.0
        spots = self._sounds.spot(Heard((row,), (1.0,)), limit=3)
        whole = [s.likeness for s in spots if s.end - s.start == len(row.text) == len(s.phrase)]
        return max(whole, default=0.0)

    def blots(self, name: str, text: str) -> list[tuple[int, int]]:
        """Where `text` says in so many words what is not meant by `name`."""
        return [
            blot.span()
            for expression in self._unless.get(name, ())
            for blot in expression.finditer(text)
        ]

    def _blotted(self, name: str, text: str, start: int, end: int) -> bool:
        return any(first <= start and end <= last for first, last in self.blots(name, text))


def _ordered(hits: Mapping[str, Hit]) -> list[Hit]:
    return sorted(hits.values(), key=lambda hit: (-hit.words * hit.confidence, hit.start))


def _keep(hits: dict[str, Hit], hit: Hit) -> None:
    known = hits.get(hit.name)
    if known is not None and known.exact and not hit.exact and known.words >= _SURE_WORDS:
        return  # the 等一下 of 身份证啊，等一下 is surer than what the whole only sounds like
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


def _by_first_syllable(patterns: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """The places of the patterns that can begin with a syllable."""
    places: dict[str, list[int]] = {}
    for at, pattern in enumerate(patterns):
        for first in {word[0] for word in _parts(pattern)[0]}:
            places.setdefault(first, []).append(at)
    return places


def _expansions(pattern: str) -> list[str]:
    return ["".join(words) for words in islice(product(*_parts(pattern)), _MOST_EXPANSIONS)]
