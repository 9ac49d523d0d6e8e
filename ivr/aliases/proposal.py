"""Whether words can be an alias at all, before any call is looked at. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from dialogs.policy import shipped_policy
from grammars.meaning import Candidate, Hypothesis, Scored, Slot
from grammars.question import Question
from grammars.spoken import plain
from grammars.understand import understand

SHORTEST, LONGEST = 2, 20
_WORDS = re.compile(r"[一-鿿A-Za-z]+")


class Unfit(StrEnum):
    """Why words cannot be an alias."""

    LENGTH = "length"  # not 2 to 20 characters
    NO_WORDS = "no_words"  # other characters than Chinese and Latin ones
    NO_SUCH_NAME = "no_such_name"
    KNOWN = "known"  # said for this name already
    OF_ANOTHER = "of_another"  # the name of another entry, or said for it
    MEANS_OTHERWISE = "means_otherwise"  # a yes, a no, a day, a wish for a person


def unfit(alias: str, name: str, candidates: Iterable[Candidate]) -> Unfit | None:
    """None where `alias` may be tried for `name` of this list."""
    words = plain(alias)
    entries = {candidate.name: candidate for candidate in candidates}
    if not SHORTEST <= len(alias) <= LONGEST:
        return Unfit.LENGTH
    if _WORDS.fullmatch(alias) is None:
        return Unfit.NO_WORDS
    if name not in entries:
        return Unfit.NO_SUCH_NAME
    for entry in entries.values():
        if words in {plain(known) for known in (entry.name, *entry.aliases)}:
            return Unfit.KNOWN if entry.name == name else Unfit.OF_ANOTHER
    return Unfit.MEANS_OTHERWISE if _means_otherwise(alias) else None


def _means_otherwise(alias: str) -> bool:
    """Whether the dialogue would take it for an answer to another question."""
    today = dt.date(2021, 2, 1)  # any: only whether a day is meant
    limits = shipped_policy().thresholds
    for expect in (Slot.CONFIRM, Slot.DATE):
        said = understand(Question(expect, today), (Hypothesis(alias, 1.0),))
        sure: tuple[tuple[Sequence[Scored[Any]], float], ...] = (
            (said.confirm, limits.confirm.accept),
            (said.command, limits.command.accept),
            (said.date, limits.date.accept),
        )
        if said.danger or said.despair:
            return True
        if any(found and found[0].confidence >= least for found, least in sure):
            return True
    return False
