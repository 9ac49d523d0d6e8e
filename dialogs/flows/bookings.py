"""The patient's coming bookings: looked up, and the one of them that is meant."""

from __future__ import annotations

from booking_client.types import Booking
from dialogs.commands import FindBookings
from dialogs.events import BookingsFound, Heard
from dialogs.flows import change
from dialogs.flows.ending import ask_anything_else
from dialogs.offers import booking_offer, named_option
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.repair import missed_too_often, misunderstood
from dialogs.slots import answer_of, read
from dialogs.state import Filling, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task


def look_up(turn: Turn) -> None:
    turn.go(Step.FINDING_BOOKINGS, FindBookings(turn.state.id_number))


def found(turn: Turn, event: BookingsFound) -> None:
    """Nothing of them is said yet: the caller may still be anybody."""
    turn.set(coming=event.bookings)
    turn.decide()


def say_none(turn: Turn) -> None:
    turn.say("nothing_booked")
    turn.conclude(Outcome.ANSWERED, Reason.COMPLETED)
    ask_anything_else(turn)


def choose(turn: Turn) -> None:
    """The only one, the only one that was named, or which one?"""
    coming = turn.state.coming or ()
    named = [each for each in coming if _fits(each, turn.state.named, turn.state.task)]
    candidates = named or list(coming)
    if len(candidates) == 1:
        take(turn, candidates[0])
        return
    booking_offer(turn, candidates)
    ask(turn)


def take(turn: Turn, booking: Booking) -> None:
    turn.set(chosen=booking, offer=None, strikes={}, steering=0)
    if turn.state.task is Task.CHANGE:
        change.adopt(turn, booking)
    turn.decide()


def heard(turn: Turn, event: Heard) -> None:
    """By order, or by what was booked; whatever is taken is read back before anything is done."""
    said = event.understanding
    offer = turn.state.offer
    assert offer is not None, "a choice is answered only where one was offered"
    option = named_option(turn.state, said, sure=False)
    reading = read(turn.state, said).sure
    fitting = [o for o in offer.options if o.booking and _fits(o.booking, reading, Task.CANCEL)]
    limits = turn.state.policy.thresholds
    if option is not None and option.booking is not None:
        take(turn, option.booking)
    elif reading and len(fitting) == 1 and fitting[0].booking is not None:
        take(turn, fitting[0].booking)
    elif answer_of(said, limits.confirm, limits.margin) is Answer.NO:
        decline(turn)
    else:
        misunderstood(turn, event)


def decline(turn: Turn) -> None:
    """None of them: the caller hears them once more, then a person helps."""
    if not missed_too_often(turn):
        choose_again(turn)


def choose_again(turn: Turn) -> None:
    """Not this one."""
    turn.set(chosen=None, named=Filling(), offer=None)
    turn.decide()


def _fits(booking: Booking, named: Filling, task: Task | None) -> bool:
    """The day that comes with a change is the new one, so it says nothing of the old."""
    session = booking.session
    date = named.date.date if named.date is not None and task is Task.CANCEL else None
    return (
        named.hospital in (None, session.hospital)
        and named.department in (None, session.department)
        and named.doctor in (None, session.doctor)
        and date in (None, session.date)
    )
