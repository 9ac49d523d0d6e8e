"""The place is held when date and period are agreed, before the patient is known."""

from __future__ import annotations

from dialogs import spoken
from dialogs.commands import ReleaseHold
from dialogs.events import HoldPlaced
from dialogs.flows import confirm
from dialogs.state import Step
from dialogs.turn import Turn


def placed(turn: Turn, event: HoldPlaced) -> None:
    """Say which place; or, where an expired hold was renewed after the yes, book it."""
    hold = event.hold
    renewed = turn.state.expired_once and turn.state.agreed_start is not None
    same_place = turn.state.agreed_start == hold.start
    first_hold = not turn.state.expired_once
    turn.set(hold=hold, session=hold.session, misses=0)
    if renewed and same_place:
        confirm.start(turn)
        return
    turn.set(agreed_start=None, read_back_played=frozenset())
    if first_hold:
        date = turn.wish.date
        delegated = date is not None and date.date is None
        turn.say(
            "earliest" if delegated else "held",
            date=spoken.date(hold.session.date),
            period=spoken.period(hold.session.period),
        )
        turn.set(acknowledged=turn.state.acknowledged | {"date"})
    turn.decide()


def placed_too_late(turn: Turn, event: HoldPlaced) -> None:
    """The conversation went on without this place: keep it for a person, else give it back."""
    if turn.state.step is Step.TRANSFERRED and turn.state.hold is None:
        turn.set(hold=event.hold)
    else:
        turn.do(ReleaseHold(event.hold.id))
