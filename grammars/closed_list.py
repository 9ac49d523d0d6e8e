"""Which entry of a closed list was said: matching by sound, anywhere inside a sentence.

Scores are in syllables: an entry's score is the weight of its syllables (rare
ones weigh 1, those that half the list shares, such as 医院, far less) minus
what its alignment with the utterance cost. A posterior over the entries and
"none of these" turns scores into confidence.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np

from grammars.alignment import locate
from grammars.fillers import carried, everyday
from grammars.meaning import Candidate, Hypothesis, Scored
from grammars.phrase_trie import PhraseTrie, missing_costs
from grammars.sound import SYMBOLS, symbol
from grammars.spoken import Spoken, plain, readings_of, spoken

TEMPERATURE = 0.25  # syllables; the softness of the posterior
EXACT_BONUS = (0.2, 0.12)  # times weight and syllables, where the very characters were written
CANONICAL_BONUS = 0.12  # the name itself rather than an alias
WHOLE_BONUS = 0.7  # when the entry explains everything that was said
STRAY_COST = 0.6  # when it explains nothing of what was said and only sounds alike
STORY = (3, 5, 0.5)  # what up to three such syllables lose beside more than five others
EVERYDAY = 0.3  # a syllable, where an everyday word was written and the sound is alike only
SHORT_UNSURE = (0.2, 2.0)  # what one or two syllables that sound only similar lose, and ...
# ... times how unlike they are
LEAST_LIKENESS = (0.58, 0.4)  # ... + 0.4 / syllables: short phrases must fit better
_FLOOR = 0.35
_MOST_READINGS = 6
_EXHAUSTIVE = 3000
_MOST_PHRASES = 4
_MOST_CONTINUED = 200
_SHORT_LIST = 12  # so few names are told apart by any part of them
_SECOND_CHOICE = 0.8  # what a hypothesis without confidence loses against the best one


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and how well an entry was found. `start`..`end` in hypothesis number `heard`."""

    name: str
    phrase: str
    gain: float
    likeness: float
    heard: int
    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """An N-best list made ready for matching, best first."""

    rows: tuple[Spoken, ...]
    confidences: tuple[float, ...]

    @property
    def best(self) -> Spoken:
        return self.rows[0]


def heard(hypotheses: Sequence[Hypothesis], most: int = 5) -> Heard:
    """The first `most` different hypotheses that contain a syllable, best first."""
    rows: list[Spoken] = []
    confidences: list[float] = []
    seen: set[str] = set()
    for hypothesis in sorted(hypotheses, key=lambda h: -h.confidence):
        row = spoken(hypothesis.text)
        if row.text and row.text not in seen and len(rows) < most:
            seen.add(row.text)
            rows.append(row)
            confidences.append(min(1.0, max(0.0, hypothesis.confidence)))
    return Heard(tuple(rows), tuple(confidences))


class ClosedList:
    """A list of candidates, built once, matched many times. Order is kept in `names`."""

    def __init__(self, candidates: Iterable[Candidate], *, words: bool = False) -> None:
        """`words`: a list of words rather than of names; every syllable counts alike, and only
        the aliases are said, the names being labels."""
        names: list[str] = []
        owner: list[int] = []
        phrases: list[str] = []
        rows: list[tuple[int, ...]] = []
        number_of: dict[str, int] = {}
        seen: set[tuple[int, str]] = set()
        for candidate in candidates:
            number = number_of.setdefault(candidate.name, len(names))
            if number == len(names):
                names.append(candidate.name)
            for text in candidate.aliases if words else (candidate.name, *candidate.aliases):
                phrase = plain(text)
                if not phrase or (number, phrase) in seen:
                    continue
                seen.add((number, phrase))
                for row in _symbol_rows(phrase):
                    owner.append(number)
                    phrases.append(phrase)
                    rows.append(row)
        if not words and len(names) <= _SHORT_LIST:
            for number, part in _telling_parts(names):
                if (number, part) not in seen:
                    for row in _symbol_rows(part):
                        owner.append(number)
                        phrases.append(part)
                        rows.append(row)
        self.names: tuple[str, ...] = tuple(names)
        self._owner = owner
        self._phrases = phrases
        spelled = [plain(name) for name in names]
        self._canonical = frozenset(
            at for at, phrase in enumerate(phrases) if not words and phrase == spelled[owner[at]]
        )
        weights = _weights(rows, owner, len(names), words)
        self._weights = weights
        self._missing = missing_costs(weights)
        self._likeness = 0.78 if words else 0.55
        self._rows = rows
        self._by_sound = sorted(range(len(rows)), key=rows.__getitem__)
        self._trie = PhraseTrie(rows, weights)
        self._latest: tuple[tuple[Heard, int] | None, tuple[Spot, ...]] = (None, ())
        self.none_gain = 0.5 + 0.25 * math.log10(max(len(names), 2))

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that is said for the entries, each once."""
        return tuple(dict.fromkeys(self._phrases))

    @cached_property
    def by_first_syllable(self) -> dict[int, tuple[str, ...]]:
        """Names by the symbol of their first syllable (a doctor's surname)."""
        found: dict[int, dict[str, None]] = {}
        for row, owner, phrase in zip(self._rows, self._owner, self._phrases, strict=True):
            if phrase == plain(self.names[owner]):
                found.setdefault(row[0], {})[self.names[owner]] = None
        return {first: tuple(names) for first, names in found.items()}

    def continued(self, start: str) -> tuple[tuple[str, str], ...]:
        """(name, phrase) of the phrases that begin with `start` (a plain row) by sound and go on
        after it; some of them, where there are very many."""
        found: dict[tuple[str, str], None] = {}
        for beginning in _symbol_rows(start) if start else ():
            at = bisect_left(self._by_sound, beginning, key=lambda n: self._rows[n])
            for number in self._by_sound[at : at + _MOST_CONTINUED]:
                row = self._rows[number]
                if row[: len(beginning)] != beginning:
                    break
                if len(row) > len(beginning):
                    found[self.names[self._owner[number]], self._phrases[number]] = None
        return tuple(found)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def match(self, hypotheses: Sequence[Hypothesis], limit: int = 5) -> tuple[Scored[str], ...]:
        """The likeliest entries, best first; empty when the utterance names none of them.

        Entries that compete for the same words share one posterior.
        """
        found = heard(hypotheses)
        spots = self.spot(found)
        if not spots:
            return ()
        group = [spot for spot in spots if overlap(spot, spots[0])]
        scored = posterior(group, self.none_gain)
        surface = found.rows[group[0].heard].text[group[0].start : group[0].end]
        return tuple(
            Scored(spot.name, round(confidence, 4), surface) for spot, confidence in scored[:limit]
        )

    def nearest(self, found: Heard, most: int) -> list[tuple[str, str]]:
        """The `most` phrases (name, phrase) that sound nearest to a part of the utterance.

        Of a list of up to _EXHAUSTIVE phrases none is too far; of a larger one those that could
        be spotted.
        """
        if not found.rows or not self.names:
            return []
        floor, likeness = _FLOOR, self._likeness
        if len(self._rows) <= _EXHAUSTIVE:
            floor = likeness = -_EXHAUSTIVE
        hits = self._trie.find(found.rows, floor, likeness)
        if not len(hits.phrases):
            return []
        ordered = hits.phrases[np.argsort(-hits.gains.max(axis=1), kind="stable")]
        pairs = ((self.names[self._owner[at]], self._phrases[at]) for at in ordered)
        return list(dict.fromkeys(pairs))[:most]

    def spot(self, found: Heard, limit: int = 12) -> list[Spot]:
        """The best place of every entry that can be heard in the utterance, best first."""
        if not found.rows or not self.names:
            return []
        key, known = self._latest
        if key != (found, limit):  # one utterance is searched for several reasons
            known = tuple(self._spots(found, limit))
            self._latest = (found, limit), known
        return list(known)

    def _spots(self, found: Heard, limit: int) -> list[Spot]:
        hits = self._trie.find(found.rows, _FLOOR, self._likeness)
        if not len(hits.phrases):
            return []
        top = max(found.confidences) or 1.0
        penalty = np.array([_SECOND_CHOICE * (1 - c / top) for c in found.confidences], np.float32)
        share = np.array(found.confidences, np.float32) + 1e-3
        share /= share.sum()
        gains = hits.gains - penalty[None, :]
        combined = 0.8 * gains.max(axis=1) + 0.2 * (np.maximum(hits.gains, 0) * share).sum(axis=1)
        best_hypothesis = gains.argmax(axis=1)
        rivals: dict[str, list[tuple[float, int, int]]] = {}
        for at in np.argsort(-combined, kind="stable")[: limit * 12]:
            number = int(hits.phrases[at])
            which = int(best_hypothesis[at])
            gain = float(combined[at])
            if self._phrases[number] in found.rows[which].text:
                gain += EXACT_BONUS[0] * float(hits.weights[at])
                gain += EXACT_BONUS[1] * len(self._phrases[number])
            if number in self._canonical:
                gain += CANONICAL_BONUS
            known = rivals.setdefault(self.names[self._owner[number]], [])
            known.append((gain, number, which))
        leaders = sorted(rivals.items(), key=lambda item: -max(item[1])[0])[:limit]
        spots: list[Spot] = []
        for name, entries in leaders:
            best: Spot | None = None
            for gain, number, which in sorted(entries, reverse=True)[:_MOST_PHRASES]:
                if best is not None and gain + WHOLE_BONUS <= best.gain:
                    break
                place = self._place(name, gain, number, which, found.rows[which])
                if place is not None and (best is None or place.gain > best.gain):
                    best = place
            if best is not None:
                spots.append(best)
        return sorted(spots, key=lambda spot: -spot.gain)

    def _place(self, name: str, gain: float, number: int, which: int, row: Spoken) -> Spot | None:
        """The spot of one phrase, or None when too little of it can be heard."""
        phrase = self._phrases[number]
        exact = phrase in row.text
        if exact:
            start, likeness = row.text.index(phrase), 1.0
            end = start + len(phrase)
        else:
            start, end, cost = locate(self._rows[number], row, self._weights, self._missing)
            likeness = 1 - cost / float(self._weights[list(self._rows[number])].sum())
            if likeness < LEAST_LIKENESS[0] + LEAST_LIKENESS[1] / len(phrase) or end <= start:
                return None
            if end - start < min(2, len(phrase)) or all(carried(row.text)[start:end]):
                return None
            if all(everyday(row.text)[start:end]):
                return None
            gain -= EVERYDAY * sum(everyday(row.text)[start:end])
            if end - start <= 2 and likeness < 0.97:
                gain -= SHORT_UNSURE[0] + SHORT_UNSURE[1] * (1 - likeness)
        loose = _unexplained(row.text, start, end)
        share = (end - start) / (end - start + loose)
        gain += WHOLE_BONUS * share
        if not exact:
            gain -= STRAY_COST * (1 - share)
            if end - start <= STORY[0] and loose > STORY[1]:
                gain -= STORY[2]
        return Spot(name, phrase, gain, likeness, which, start, end, exact)


def _unexplained(row: str, start: int, end: int) -> int:
    """How many syllables, fillers aside, lie outside start..end."""
    return sum(not known for at, known in enumerate(carried(row)) if not start <= at < end)


def overlap(one: Spot, other: Spot) -> bool:
    """Whether two spots claim the same words (hypotheses run roughly in parallel)."""
    return one.start < other.end and other.start < one.end


def posterior(group: Sequence[Spot], none_gain: float) -> list[tuple[Spot, float]]:
    """Probability of each spot of a group of rivals, "none of these" being the rest."""
    peak = max(none_gain, max(spot.gain for spot in group))
    weights = [math.exp((spot.gain - peak) / TEMPERATURE) for spot in group]
    total = sum(weights) + math.exp((none_gain - peak) / TEMPERATURE)
    pairs = [(spot, weight / total) for spot, weight in zip(group, weights, strict=True)]
    return sorted(pairs, key=lambda pair: -pair[1])


def _telling_parts(names: Sequence[str]) -> list[tuple[int, str]]:
    """Parts of names that no other name of a short list has: 江北 of 江北院区."""
    rows = [plain(name) for name in names]
    return [
        (number, row[start:end])
        for number, row in enumerate(rows)
        for start in range(len(row))
        for end in range(start + 2, min(len(row), start + 4) + 1)
        if end - start < len(row)
        and not any(row[start:end] in other for at, other in enumerate(rows) if at != number)
    ]


@lru_cache(maxsize=8192)
def _symbol_rows(phrase: str) -> tuple[tuple[int, ...], ...]:
    """The phrase in every likely reading, the likeliest first, at most _MOST_READINGS."""
    choices = [tuple(dict.fromkeys(symbol(r) for r in rs)) for rs in readings_of(phrase)]
    rows: list[tuple[int, ...]] = []
    for row in product(*choices):
        rows.append(row)
        if len(rows) == _MOST_READINGS:
            break
    return tuple(rows)


def _weights(
    rows: Sequence[tuple[int, ...]], owner: Sequence[int], names: int, words: bool
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Worth of each syllable: 1 when few entries have it, towards 0.3 when most have."""
    weights = np.ones(SYMBOLS, dtype=np.float32)
    if words or names < 3:
        return weights
    having: Counter[int] = Counter()
    pairs = {(number, entry) for row, entry in zip(rows, owner, strict=True) for number in row}
    having.update(number for number, _ in pairs)
    for number, count in having.items():
        rarity = math.log(names / count) / math.log(names)
        weights[number] = 0.3 + 0.7 * max(0.0, rarity) ** 0.7
    return weights
