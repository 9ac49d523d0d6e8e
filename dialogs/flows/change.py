"""改预约: another day of the same hospital and department, under the same code. Old and new are
read back, and only an explicit yes to all of it moves the booking; until then the old one stands.
"""

from __future__ import annotations

from booking_client.errors import Refusal
from booking_client.types import Booking
from dialogs import spoken
from dialogs.commands import MoveBooking
from dialogs.events import BookingMoved, Heard, KeyPressed, Refused
from dialogs.flows import anything_else, filling, read_back, texting
from dialogs.flows.ending import ask_anything_else, decline
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.readback import first_free
from dialogs.repair import Fault, missed_too_often, misunderstood, strike
from dialogs.searching import find_nearest_to
from dialogs.slots import answer_of, read, reopen
from dialogs.state import Step, Wish
from dialogs.turn import Turn
from dialogs.wording import TextKind
from grammars.meaning import Answer


def adopt(turn: Turn, booking: Booking) -> None:
    """The old booking is the wish, but for the day and for what was named with the task."""
    named, session = turn.state.named, booking.session
    doctor = named.doctor or session.doctor
    turn.set(
        wish=Wish(
            hospital=session.hospital,
            department=session.department,
            doctor=doctor,
            any_doctor=doctor is None,
            date=named.date or turn.wish.date,
        ),
        departments=None,
        window=None,
        doctors=None,
    )


def begin(turn: Turn) -> None:
    read_back.put(turn, Step.CHANGE_BACK)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    read_back.note_played(turn, event.marks)
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.read_back, limits.margin)
    reading = read(turn.state, said)
    if reading.sure or (answer is not Answer.YES and reading):
        filling.take_reading(turn, reading)
    elif answer is Answer.YES:
        say_yes(turn, event.marks)
    elif answer is Answer.NO:
        read_back.deny(turn, say_no)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    read_back.note_played(turn, event.marks)
    if event.key == "1":
        say_yes(turn, event.marks, by_key=True)
    elif event.key == "2":
        say_no(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


def say_yes(turn: Turn, marks: frozenset[str], *, by_key: bool = False) -> None:
    if read_back.was_heard(turn, marks, by_key=by_key):
        read_back.agreed(turn)
        turn.set(confirm_tries=0)
        turn.say("moving_now")
        send(turn)


def say_no(turn: Turn) -> None:
    """Another day, then."""
    reopen(turn, "date")
    turn.decide()


def keep(turn: Turn) -> None:
    turn.say("not_moved")
    decline(turn)
    ask_anything_else(turn)


def send(turn: Turn) -> None:
    """Moving twice finds the moved booking, so it may be sent again."""
    booking, session = turn.state.chosen, turn.state.session
    assert booking is not None, "only a chosen booking is moved"
    assert session is not None, "and only to a session that was read back"
    turn.set(confirm_tries=turn.state.confirm_tries + 1)
    turn.go(Step.MOVING, MoveBooking(booking.code, session.id, first_free(session).id))


def moved(turn: Turn, event: BookingMoved) -> None:
    booking = event.booking
    turn.set(achieved=Outcome.CHANGED, coming=None, chosen=None)
    turn.conclude(Outcome.CHANGED, Reason.COMPLETED)
    texting.write(turn, TextKind.CHANGED, booking)
    anything_else.after(
        turn,
        "moved",
        when=spoken.when(booking.session, booking.start, booking.end),
        code=spoken.code(booking.code),
    )


def refused(turn: Turn, event: Refused) -> None:
    """The old booking stands. Another session answers some refusals, a person the rest."""
    if turn.state.hung_up:
        turn.conclude(Outcome.REFUSED, Reason.BOOKING_REFUSED)
        turn.go(Step.ENDED)
    elif event.reason is Refusal.TOO_LATE:
        turn.set(chosen=None)
        turn.conclude(Outcome.REFUSED, Reason.BOOKING_REFUSED)
        anything_else.after(turn, "change_too_late")
    elif event.reason in _ANOTHER_SESSION:
        turn.say_refusal(event.reason)
        session = turn.state.session
        if session is not None:
            turn.set(refused_sessions=turn.state.refused_sessions | {session.id}, session=None)
        if missed_too_often(turn):
            return
        if session is None or turn.state.window is None:
            turn.decide()  # another hospital's session, whose departments are not known yet
        else:
            find_nearest_to(turn, session)
    elif event.reason in (Refusal.ALREADY_BOOKED, Refusal.DAY_LIMIT):
        turn.say_refusal(event.reason)
        reopen(turn, "date")
        if not missed_too_often(turn):
            turn.decide()
    else:
        turn.say_refusal(event.reason)
        to_person(turn, Reason.BOOKING_REFUSED)


_ANOTHER_SESSION = frozenset(
    {
        Refusal.FULL,
        Refusal.CLOSED,
        Refusal.TOO_EARLY,
        Refusal.NOT_RELEASED,
        Refusal.SESSION_CANCELLED,
        Refusal.RULE_CHANGED,
    }
)
