"""Free speech that is written down as it was said: when is it finished, and what is left of it."""

from __future__ import annotations

from grammars.data_files import statements_data
from grammars.sound import syllable_cost
from grammars.spoken import plain, spoken

# Mean cost of a syllable (grammars.sound): 所完了 is 说完了. Less is forgiven inside a sentence.
_ALONE = 0.12
_PERHAPS = 0.25
_AT_THE_END = 0.08
_DONE = "完了"
_A_FEW = 4  # syllables
_SHORTEST_BY_SOUND = 3  # syllables: 没了 sounds like too much else


def is_finished(text: str) -> bool:
    """Whether the caller says to have said everything."""
    row = plain(text)
    return row in statements_data().finished_alone or _ending(row) is not None


def may_be_finished(text: str) -> bool:
    """A few syllables that sound a little like 说完了, or end like it: a telephone makes 舒完略 and
    十五晚了 of it."""
    row = plain(text)
    if not 2 <= len(row) <= _A_FEW:
        return False
    words = (word for word in statements_data().finished if len(word) == len(row))
    alike = any(unlikeness(word, row) <= _PERHAPS for word in words)
    return alike or unlikeness(row[-2:], _DONE) <= _ALONE


def without_ending(text: str) -> str:
    """What was stated: the text without the words that end it; empty when it was only these."""
    said = text.rstrip("。，！？ ,.!?")
    row = plain(said)
    if row in statements_data().finished_alone:
        return ""
    ending = _ending(row)
    if ending is None:
        return said
    kept, left = said, ending
    while left and kept:
        left -= bool(plain(kept[-1]))
        kept = kept[:-1]
    return kept.rstrip("。，！？ ,.!?")


def unlikeness(one: str, other: str) -> float:
    """Mean cost of a syllable by which two texts of the same length differ in sound; 0 = none."""
    readings = list(zip(spoken(one).readings, spoken(other).readings, strict=True))
    cost = sum(min(syllable_cost(a, b) for a in x for b in y) for x, y in readings)
    return cost / max(len(readings), 1)


def _ending(row: str) -> int | None:
    """How many syllables of the row's end say that it is finished; None: none do."""
    for word in sorted(statements_data().finished, key=len, reverse=True):
        tail = row[-len(word) :]
        if tail == word:
            return len(word)
        if len(tail) == len(word) >= _SHORTEST_BY_SOUND:
            forgiven = _ALONE if tail == row else _AT_THE_END
            if unlikeness(word, tail) <= forgiven:
                return len(word)
    return None
