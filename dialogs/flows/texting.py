"""The confirmation by SMS: to the mobile that calls, or to one that the caller names.

What can be sent is sent as soon as the booking stands, whatever the call comes to. Where a
number is missing it is asked for after everything was said, so nothing is lost by a no.
"""

from __future__ import annotations

from dataclasses import replace

from booking_client.phone_number import normalise_phone
from booking_client.types import Booking
from dialogs.commands import SendText
from dialogs.flows.farewell import end
from dialogs.questions import ask
from dialogs.state import PendingText, State, Step
from dialogs.turn import Turn
from dialogs.wording import TextKind
from grammars.phone_number import is_mobile


def write(turn: Turn, kind: TextKind, booking: Booking) -> None:
    """Send the SMS about a booking to the mobile that calls, or keep it until there is a number."""
    text = PendingText(
        # The same booking may be moved and moved again: its session is a part of the name.
        message_id=f"{booking.code}-{kind.value}-{booking.session.id}",
        text=turn.state.wording.text_message(kind, booking),
    )
    mobile = callers_mobile(turn.state)
    if mobile:
        _send(turn, text, mobile)
    turn.set(text=None if mobile else text)


def offer(turn: Turn, farewell: str) -> None:
    """Say where the SMS goes, or ask for a mobile number; then goodbye with `farewell`."""
    text = turn.state.text
    if text is None:
        turn.say("text_to_this_phone", barge_in=False)
        end(turn, farewell)
        return
    turn.set(
        text=replace(text, farewell=farewell),
        phone_digits="",
        phone="",
        strikes={},
        steering=0,
    )
    turn.go(Step.PHONE_NUMBER)
    ask(turn)


def agreed(turn: Turn) -> None:
    """The number that the caller named has been confirmed."""
    text = turn.state.text
    assert text is not None, "a number for a text is asked only with a text"
    _send(turn, text, turn.state.phone)
    turn.set(text=None, phone="", phone_digits="")
    turn.say("text_sent", barge_in=False)
    end(turn, text.farewell)


def callers_mobile(state: State) -> str:
    """The number that calls, if it can take an SMS; else empty."""
    number = normalise_phone(state.caller)
    return number if is_mobile(number) else ""


def _send(turn: Turn, text: PendingText, phone: str) -> None:
    turn.do(SendText(phone, text.text, text.message_id))
