"""A number that is keyed where none is asked for: after its first key that is of no use, the next
would say no and 0 would fetch a person, so the rest of the run is let go by. Two keys are no number
yet: 0 right after a slip still fetches a person."""

from __future__ import annotations

import datetime as dt

from dialogs.events import KeyPressed
from dialogs.questions import ask, digits_so_far
from dialogs.repair import Fault
from dialogs.state import CALLERS_TURN, State
from dialogs.turn import Turn

_PAUSE = dt.timedelta(seconds=1.5)  # the longest between two keys of one run
_OF_NO_USE = (Fault.WRONG_KEY, Fault.OUT_OF_RANGE)
_CALLS_FOR_HELP = "00000"  # an ID number has four in a row at most: 2000-01


def note(turn: Turn, event: KeyPressed, before: State) -> None:
    """Take note of a key that was just found to be of no use, or that booked: whoever keys a
    telephone number there has begun with 1. `before` it was pressed."""
    useless = turn.state.fault in _OF_NO_USE and turn.state.strikes != before.strikes
    booked = turn.state.agreed_start is not None and before.agreed_start is None
    if useless or booked:
        turn.set(stray_key=event.at, stray_run="")


def goes_on(turn: Turn, event: KeyPressed) -> bool:
    """Whether the key is one more of such a run. The question is put again with each of them,
    because each breaks off what is being said."""
    state = turn.state
    if state.stray_key is None or digits_so_far(state) is not None:
        return False
    run = state.stray_run + event.key
    if event.at - state.stray_key > _PAUSE or run == "0" or run.endswith(_CALLS_FOR_HELP):
        turn.set(stray_key=None, stray_run="")
        return False
    turn.set(stray_key=event.at, stray_run=run)
    if state.step in CALLERS_TURN:
        if not (state.id_number or state.last_four):
            turn.say("number_too_early")
        ask(turn)
    return True
