"""A phone number, spoken in any grouping or keyed, and always read back: it has no check digit.

For a call-back any number will do, for an SMS only a mobile one. Keys: digits are digits,
`*` deletes one, `#` ends a landline number; eleven digits of a mobile end by themselves.
"""

from __future__ import annotations

from dialogs.events import Heard, KeyPressed
from dialogs.flows import callback, texting
from dialogs.flows.farewell import end_without_text
from dialogs.flows.transfer import give_up
from dialogs.questions import ask, listen
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.meaning import Answer
from grammars.phone_number import LONGEST, is_mobile, is_phone_number


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    best = next(iter(said.phone), None)
    if said.restart:
        turn.set(phone_digits="")
    if best is not None and best.value.complete:
        _given(turn, best.value.digits)
    elif best is not None and best.confidence >= limits.id_number.accept:
        _gather(turn, best.value.digits)
        turn.say("id_more")
        listen(turn)
    elif answer_of(said, limits.confirm, limits.margin) is Answer.NO:
        _declined(turn)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    digits = turn.state.phone_digits
    if event.key == "#":
        _given(turn, digits)
        return
    digits = digits[:-1] if event.key == "*" else digits + event.key
    _gather(turn, digits)
    if is_mobile(digits) or len(digits) == LONGEST:
        _given(turn, digits)
    else:
        listen(turn)


def check_heard(turn: Turn, event: Heard) -> None:
    """Yes, no, or the number once more."""
    said = event.understanding
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.confirm, limits.margin)
    if answer is Answer.YES:
        _agreed(turn)
    elif answer is Answer.NO:
        _again(turn)
    else:
        misunderstood(turn, event)


def check_key(turn: Turn, event: KeyPressed) -> None:
    if event.key == "1":
        _agreed(turn)
    elif event.key == "2":
        _again(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


def _given(turn: Turn, digits: str) -> None:
    texting_it = turn.state.text is not None
    if not (is_mobile(digits) if texting_it else is_phone_number(digits)):
        turn.set(phone_digits="")
        turn.say("phone_not_mobile" if texting_it else "phone_unfinished")
        strike(turn, None)
        return
    strikes = {s: n for s, n in turn.state.strikes.items() if s is not Step.PHONE_CHECK}
    turn.set(phone=digits, phone_digits="", strikes=strikes)
    turn.go(Step.PHONE_CHECK)
    ask(turn)


def _gather(turn: Turn, digits: str) -> None:
    turn.set(phone_digits=digits, steering=0)


def _again(turn: Turn) -> None:
    turn.set(phone="", phone_digits="")
    turn.go(Step.PHONE_NUMBER)
    strike(turn, Fault.SAID_NO)


def _agreed(turn: Turn) -> None:
    if turn.state.text is not None:
        texting.agreed(turn)
    else:
        callback.agreed(turn)


def _declined(turn: Turn) -> None:
    if turn.state.text is not None:
        end_without_text(turn)
    else:
        give_up(turn)
