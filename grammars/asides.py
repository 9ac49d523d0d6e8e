"""What is said beside an answer: a slot to be asked again, a greeting."""

from __future__ import annotations

import re
from functools import cache

from grammars.closed_list import Heard
from grammars.corrections import refused
from grammars.data_files import changes_data, fillers_data, greetings_data
from grammars.meaning import Scored, Slot
from grammars.patterns import PatternTable

_LEAST_BY_SOUND = 0.7
_WORDS_BY_SOUND = 4


def changes(found: Heard, *, by_sound: bool) -> tuple[Scored[Slot], ...]:
    """The slots that the caller wants to be asked again, best first: 换个医院, 时间不对.

    `by_sound`: also words that only sound like it, where nothing was written plainly.
    """
    hits = _changes().find(found, refused=refused)
    written = [hit for hit in hits if hit.exact]
    if not written and by_sound:
        hits = [
            hit
            for hit in hits
            if hit.words >= _WORDS_BY_SOUND and hit.confidence >= _LEAST_BY_SOUND
        ]
    else:
        hits = written
    return tuple(
        Scored(
            Slot(hit.name),
            round(hit.confidence, 4),
            found.rows[hit.heard].text[hit.start : hit.end],
        )
        for hit in hits
    )


def is_greeting(row: str) -> bool:
    """Whether `row` says 喂, 你好, 有人吗, 你是机器人啊 and nothing else."""
    return _greeting().fullmatch(row) is not None


@cache
def _changes() -> PatternTable:
    entries = changes_data().changes
    return PatternTable(
        {entry.slot.value: entry.say for entry in entries},
        {entry.slot.value: entry.unless for entry in entries},
    )


@cache
def _greeting() -> re.Pattern[str]:
    data = greetings_data()
    around = _alternatives((*data.around, *fillers_data().fillers))
    return re.compile(f"(?:{around})*(?:(?:{_alternatives(data.say)})(?:{around})*)+")


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
