"""What a person who listened says of a call that is exported. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogs.outcomes import Outcome
from ivr.reviews.reviews import Review


@dataclass(frozen=True, slots=True)
class Corrections:
    """`said`: what the caller really said, by turn number; `unclear`: turns that were misheard
    where nobody can tell what was said; `outcome`: how the call should have ended (None: not
    told)."""

    said: Mapping[int, str] = field(default_factory=dict)
    unclear: frozenset[int] = frozenset()
    outcome: Outcome | None = None

    @property
    def turns(self) -> frozenset[int]:
        """The ones that went wrong."""
        return self.unclear | set(self.said)


NONE = Corrections()


def corrections_of(review: Review, outcome: Outcome | None = None) -> Corrections:
    """The marks of a call's review."""
    marks = review.marks.values()
    return Corrections(
        {mark.turn: mark.right_text for mark in marks if mark.right_text},
        frozenset(mark.turn for mark in marks if not mark.right_text),
        outcome,
    )
