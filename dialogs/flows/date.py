"""Which day and part of the day, inside the hospital's booking window."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace

from dialogs import spoken
from dialogs.events import Heard
from dialogs.flows import filling
from dialogs.questions import Manner, ask
from dialogs.repair import missed_too_often, misunderstood
from dialogs.searching import find_alternatives
from dialogs.slots import fill
from dialogs.state import Filling, State, Step
from dialogs.turn import Turn
from grammars.meaning import DateWish


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    if filling.take(turn, said):
        return
    if said.no_preference:
        fill(turn, Filling(date=_any_day_but(said.refused)))
        turn.decide()
    else:
        misunderstood(turn, event)


def _any_day_but(refused: Collection[str]) -> DateWish:
    """The earliest; after the day that is ruled out, where one is (只要不是明天就行)."""
    days = [dt.date.fromisoformat(each) for each in refused if _ISO.fullmatch(each)]
    if not days:
        return DateWish(earliest=True)
    return DateWish(earliest=True, not_before=max(days) + dt.timedelta(days=1))


_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_outside(state: State) -> bool:
    date = state.wish.date
    if date is None or state.window is None:
        return False
    first, last = state.window
    earliest = date.date or date.not_before or first
    latest = date.date or date.not_after or last
    return max(first, earliest) > min(last, latest)


def say_window(turn: Turn) -> None:
    """Say which days can be booked and ask again; the part of the day stays."""
    assert turn.state.window is not None, "a day is outside a known window only"
    assert turn.wish.date is not None, "a day is outside the window only where one was named"
    first, last = turn.state.window
    turn.say("date_outside", first=spoken.date(first), last=spoken.date(last))
    period = turn.wish.date.period
    turn.set(wish=replace(turn.wish, date=DateWish(period=period) if period else None))
    if missed_too_often(turn):
        return
    if turn.state.misses > 1:
        find_alternatives(turn)
    else:
        turn.go(Step.DATE)
        ask(turn, Manner.STRIKE)
