"""What the patient has booked, read for the ear: the next three at most."""

from __future__ import annotations

from dialogs import spoken
from dialogs.flows.ending import ask_anything_else
from dialogs.outcomes import Outcome, Reason
from dialogs.turn import Turn

_MOST = 3


def tell(turn: Turn) -> None:
    coming, hospitals = turn.state.coming or (), turn.state.hospitals
    if len(coming) == 1:
        turn.say("coming_one", booking=spoken.booking(coming[0], hospitals))
    else:
        turn.say(
            "coming_some",
            count=spoken.count(len(coming)),
            bookings=tuple(f for each in coming[:_MOST] for f in spoken.booking(each, hospitals)),
        )
    turn.conclude(Outcome.ANSWERED, Reason.COMPLETED)
    ask_anything_else(turn)
