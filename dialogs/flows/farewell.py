"""The last sentence after something was booked, changed or cancelled."""

from __future__ import annotations

from dialogs.commands import HangUp
from dialogs.flows import after_call
from dialogs.state import Step
from dialogs.turn import Turn


def end_without_text(turn: Turn) -> None:
    """No SMS: the code was said, and that has to do."""
    assert turn.state.text is not None, "only a text that waits for a number can be left out"
    farewell = turn.state.text.farewell
    turn.set(text=None, phone="", phone_digits="")
    end(turn, farewell)


def end(turn: Turn, farewell: str) -> None:
    if after_call.asks(turn, farewell):
        return
    turn.say(farewell, barge_in=False)
    turn.go(Step.ENDED, HangUp())
