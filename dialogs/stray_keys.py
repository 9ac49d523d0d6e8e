"""A number that is keyed where none is asked for: after its first key that is of no use, the next
would say no and 0 would fetch a person, so the rest of the run is let go by."""

from __future__ import annotations

import datetime as dt

from dialogs.events import KeyPressed
from dialogs.questions import ask, digits_so_far
from dialogs.repair import Fault
from dialogs.state import CALLERS_TURN, State
from dialogs.turn import Turn

_PAUSE = dt.timedelta(seconds=1.5)  # the longest between two keys of one run
_OF_NO_USE = (Fault.WRONG_KEY, Fault.OUT_OF_RANGE)


def note(turn: Turn, event: KeyPressed, before: State) -> None:
    """Take note of a key that was just found to be of no use; `before` it was pressed."""
    if turn.state.fault in _OF_NO_USE and turn.state.strikes != before.strikes:
        turn.set(stray_key=event.at)


def goes_on(turn: Turn, event: KeyPressed) -> bool:
    """Whether the key is one more of such a run. It is said with each of them that the number is
    for later, because each breaks off what is being said."""
    state = turn.state
    if state.stray_key is None or digits_so_far(state) is not None:
        return False
    if event.at - state.stray_key > _PAUSE:
        turn.set(stray_key=None)
        return False
    turn.set(stray_key=event.at)
    if state.step in CALLERS_TURN:
        turn.say("number_too_early")
        ask(turn)
    return True
