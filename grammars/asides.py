"""What is said beside an answer: a slot to be asked again, a greeting, "as last time", for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from grammars.closed_list import Heard
from grammars.corrections import refused
from grammars.data_files import (
    as_before_data,
    changes_data,
    fillers_data,
    go_on_data,
    greetings_data,
    keep_data,
    noted_data,
    relations_data,
    unsure_data,
)
from grammars.data_models import ChangeEntry
from grammars.meaning import Scored, Slot
from grammars.patterns import Hit, PatternTable

_LEAST_BY_SOUND = 0.7
_WORDS_BY_SOUND = 4
_SAY = "say"
_ASKS_BACK = re.compile(
    "(?:嗯|哦|啊|诶|那|这|我|约的|挂的|你说的?|您说的?)*(?:就是|是不是|是)[^不].*?"
    "(?:吗|么|嘛|是吗|对吗|啊|呀|吧)"
)


def changes(found: Heard, *, by_sound: bool) -> tuple[Scored[Slot], ...]:
    """The slots that the caller wants to be asked again, best first: 换个医院, 时间不对.

    `by_sound`: also words that only sound like it, where nothing was written plainly.
    """
    written = _changes().written(found, refused=refused)
    if written or not by_sound:
        return _slots(found, written)
    alike = _changes().find(found, refused=refused)
    return _slots(
        found,
        [h for h in alike if h.words >= _WORDS_BY_SOUND and h.confidence >= _LEAST_BY_SOUND],
    )


def unsure(found: Heard) -> tuple[Scored[Slot], ...]:
    """The slots that the caller does not know how to fill, best first: 不知道挂什么科."""
    return _slots(found, _unsure().written(found))


def _slots(found: Heard, hits: Iterable[Hit]) -> tuple[Scored[Slot], ...]:
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


def is_as_before(found: Heard) -> bool:
    """老样子, 跟上次一样."""
    return any(
        hit.exact or (hit.words >= _WORDS_BY_SOUND and hit.confidence >= _LEAST_BY_SOUND)
        for hit in _as_before().find(found)
    )


def keeps(found: Heard) -> bool:
    """不退了, 还是原来的; in any hypothesis, for it keeps a booking from being lost."""
    return any(hit.exact for hit in _keep().find(found))


def wants_to_go_on(found: Heard) -> bool:
    """还是挂吧, 接着约; in any hypothesis, for it keeps a call from being lost."""
    return any(hit.exact for hit in _go_on().find(found))


def asks_back(row: str) -> bool:
    """Whether `row` only asks whether it is so: 就是那个姓秦的吗, 是不是明天啊."""
    return _ASKS_BACK.fullmatch(row) is not None


def card_of(found: Heard) -> str | None:
    """Whose ID number the caller says was given: 是我妈的身份证."""
    written = [hit for hit in _cards().find(found, refused=refused) if hit.exact]
    return written[0].name if written else None


def has_noted(found: Heard) -> bool:
    """记下来了, 谢谢, 发个短信给我."""
    return bool(_noted().written(found))


def for_whom(found: Heard) -> str | None:
    """Whom the caller books for, as the agent says it; None for the caller or nobody named."""
    written = [hit for hit in _relations().find(found) if hit.exact]
    return written[0].name if written else None


@cache
def _as_before() -> PatternTable:
    data = as_before_data()
    return PatternTable({_SAY: data.say}, {_SAY: data.unless})


@cache
def _keep() -> PatternTable:
    data = keep_data()
    return PatternTable({_SAY: data.say}, {_SAY: data.unless}, by_sound=False)


@cache
def _relations() -> PatternTable:
    data = relations_data()
    return PatternTable(
        {entry.called: entry.say for entry in data.relations},
        {entry.called: data.unless for entry in data.relations},
        by_sound=False,
    )


@cache
def _noted() -> PatternTable:
    data = noted_data()
    return PatternTable({_SAY: data.say}, {_SAY: data.unless}, by_sound=False)


@cache
def _go_on() -> PatternTable:
    data = go_on_data()
    return PatternTable({_SAY: data.say}, {_SAY: data.unless}, by_sound=False)


@cache
def _cards() -> PatternTable:
    entries = relations_data().relations
    return PatternTable({entry.called: entry.card for entry in entries}, by_sound=False)


@cache
def _changes() -> PatternTable:
    return _table(changes_data().changes)


@cache
def _unsure() -> PatternTable:
    return _table(unsure_data().unsure)


def _table(entries: Sequence[ChangeEntry]) -> PatternTable:
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
