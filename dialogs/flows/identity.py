"""Who calls: after the ID number, which stands on a card that others see, the birth date or the
code of a coming booking, spoken or keyed. A known telephone proves nothing, and nothing of the
patient is said before this."""

from __future__ import annotations

from dialogs.events import Heard, KeyPressed
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.questions import listen
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of
from dialogs.state import State
from dialogs.turn import Turn
from grammars.meaning import Answer
from grammars.proof import LENGTH

_MOST_READINGS = 3  # of one utterance; more would be a guess
_MOST_WRONG = 3
_BIRTH_DATE = slice(6, 14)  # of an ID number (GB 11643)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    given = [each.value for each in said.proof if each.confidence >= limits.id_number.confirm]
    whole = [digits for digits in given if len(digits) == LENGTH]
    if whole:
        _judge(turn, whole[:_MOST_READINGS])
    elif given and len(given[0]) > len(turn.state.proof_digits):
        _gather(turn, given[0])
        turn.say("id_more")
        listen(turn)
    elif answer_of(said, limits.confirm, limits.margin) is Answer.NO:
        to_person(turn, Reason.NOT_IDENTIFIED)  # 没有, 不知道
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    """Eight digits end by themselves; * deletes one, # ends. To key the ID number once more proves
    nothing, but is no guess: its keys are gathered to their end and count as one fault."""
    digits = turn.state.proof_digits
    if event.key == "#":
        turn.set(proof_digits="")
        turn.say("proof_unfinished" if len(digits) < LENGTH else "proof_is_id_number")
        strike(turn, None)
        return
    number = turn.state.id_number
    if event.key == "*" and number == digits + "X":
        digits = number
    else:
        digits = digits[:-1] if event.key == "*" else digits + event.key
    _gather(turn, digits)
    proves = digits in _known(turn.state)
    if len(digits) < LENGTH or (number.startswith(digits) and digits != number and not proves):
        listen(turn)
        return
    turn.set(id_keyed=True)
    if digits == number:
        turn.set(proof_digits="")
        turn.say("proof_is_id_number")
        strike(turn, None)
    else:
        _judge(turn, [digits])


def _judge(turn: Turn, given: list[str]) -> None:
    turn.set(proof_digits="")
    if _known(turn.state).isdisjoint(given):
        _wrong(turn)
        return
    turn.set(identified=True, strikes={}, steering=0)
    turn.decide()


def _wrong(turn: Turn) -> None:
    """Counted over the whole call: going back to the number gives no more guesses."""
    turn.set(proofs_wrong=turn.state.proofs_wrong + 1)
    if turn.state.proofs_wrong >= _MOST_WRONG:
        to_person(turn, Reason.NOT_IDENTIFIED)
    else:
        strike(turn, Fault.PROOF_WRONG)


def _known(state: State) -> frozenset[str]:
    """What proves it."""
    codes = (booking.code for booking in state.coming or ())
    return frozenset((state.id_number[_BIRTH_DATE], *codes))


def _gather(turn: Turn, digits: str) -> None:
    turn.set(proof_digits=digits, steering=0)
