"""Which calls are looked for. Pure.

Everything that is given must be true of a call; of several values of one kind, one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Slot
from ivr.call_search import terms
from ivr.call_search.terms import Side

Alternatives = tuple[frozenset[str], ...]
"""One of these sets must be true of a call, all of it."""


class WordTooShort(ValueError):
    """A single character is in too many calls to be looked for."""


@dataclass(frozen=True, slots=True)
class CallQuery:
    """`since` <= started < `until`. `lengths` are of terms.lengths(), `below` is one of
    terms.LOW_CONFIDENCES; `words`, apart by spaces, were said by one of `sides` each."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    outcomes: frozenset[Outcome | None] = frozenset()
    categories: frozenset[Category | None] = frozenset()
    reasons: frozenset[Reason | None] = frozenset()
    hospitals: frozenset[str] = frozenset()
    asked_last: frozenset[Slot | None] = frozenset()
    hours: frozenset[int] = frozenset()
    lengths: frozenset[str] = frozenset()
    below: float | None = None
    slow: bool = False
    wrong: bool = False
    noted: bool = False
    tags: frozenset[str] = frozenset()
    last_four: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    sides: frozenset[Side] = frozenset(Side)

    def groups(self) -> tuple[Alternatives, ...]:
        """What must be true of a call; never empty. Raises WordTooShort."""
        named = (
            {terms.outcome(value) for value in self.outcomes},
            {terms.category(value) for value in self.categories},
            {terms.reason(value) for value in self.reasons},
            {terms.hospital(name) for name in self.hospitals},
            {terms.asked_last(slot) for slot in self.asked_last},
            {terms.hour(value) for value in self.hours},
            set(self.lengths),
            {terms.low_confidence(self.below)} if self.below is not None else set(),
            {terms.SLOW} if self.slow else set(),
            {terms.WRONG} if self.wrong else set(),
            {terms.NOTED} if self.noted else set(),
            {terms.tag(name) for name in self.tags},
            {terms.last_four(self.last_four)} if self.last_four else set(),
        )
        groups = [tuple(frozenset({term}) for term in sorted(kind)) for kind in named if kind]
        groups += [
            tuple(terms.pairs(side, word) for side in sorted(self.sides))
            for word in self.folded_words()
        ]
        return tuple(groups) or ((frozenset({terms.EVERY}),),)

    def folded_words(self) -> tuple[str, ...]:
        """Raises WordTooShort."""
        words = tuple(filter(None, (terms.folded(word) for word in self.words.split())))
        if any(len(word) < terms.PAIR for word in words):
            raise WordTooShort("a word of at least two characters is looked for")
        return words

    def words_to_check(self) -> tuple[str, ...]:
        """Those whose pairs may stand apart, so that the transcript has the last word."""
        return tuple(word for word in self.folded_words() if len(word) > terms.PAIR)
