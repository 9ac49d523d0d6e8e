"""The resident ID number: spoken in any grouping, keyed, or half and half.

Digits gather over turns. Spoken digits come checked and mended from the
grammar; a mended or doubtful number is read back in the grouping people use
(6-8-4). Keyed ones are checked here: * is X after 17 digits, else deletes one;
18 valid digits end by themselves. A whole number that is not right is kept, so
that the caller can put one part of it right.
"""

from __future__ import annotations

from booking_client.id_number import is_valid_id_number
from dialogs import spoken
from dialogs.events import Heard, KeyPressed, NothingHeard
from dialogs.flows import filling, last_four
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.questions import ask, listen
from dialogs.repair import Fault, misunderstood, nothing_heard, strike
from dialogs.slots import answer_of, read
from dialogs.state import Check, CheckKind, Step
from dialogs.turn import Turn
from grammars.last_four import LENGTH as LAST_FOUR
from grammars.meaning import Answer, Document, IdNumber

LENGTH = 18
_MOST_TRIES = 3  # whole numbers; a person takes the next
_TELLING = 4  # digits: that the end of a number is its beginning too happens once in 10,000
_OLD_LENGTH = 15  # numbers issued before 1999; they have no check digit


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    turn.set(id_pressed="")
    if said.backchannel and turn.state.id_digits and murmured(turn):
        return
    best = next(iter(said.id_number), None)
    corrects = bool(turn.state.id_wrong) and best is not None and best.value.complete
    if not (turn.state.id_digits or corrects) and last_four.heard(turn, said):
        return
    if said.restart:
        turn.set(id_digits="", id_wrong="")
        if best is None:
            turn.say("id_restart")
            ask(turn)
            return
    anew = None if best is None else _begun_anew(turn.state.id_digits, best.value.digits)
    if anew is not None:
        _gather(turn, anew)
        turn.say("id_more")
        listen(turn)
    elif best is None or best.confidence < limits.id_number.confirm:
        wrong = next((n.value.digits for n in said.id_number if _is_wrong(n.value)), None)
        if wrong is None:
            _no_number(turn, event)
        else:
            _wrong(turn, wrong)
    elif best.value.complete:
        _whole(turn, best.value, sure=best.confidence >= limits.id_number.accept)
    elif _goes_on(turn, best.value.digits):
        _gather(turn, best.value.digits)
        turn.say("id_more")
        listen(turn)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    """A key while digits have been entered, or the first digit."""
    state = turn.state
    if event.key == "#":
        _finish(turn)
        return
    # Of a wrong number * takes the last digit back.
    taken_back = state.id_wrong if event.key == "*" and not state.id_digits else state.id_digits
    digits, pressed = _typed(taken_back, event.key), _typed(state.id_pressed, event.key)
    _gather(turn, digits)
    turn.set(id_pressed=pressed)
    today = event.at.date()
    whole = next((each for each in (digits, pressed) if is_valid_id_number(each, today)), None)
    if whole is not None:
        turn.set(id_keyed=True)
        accept(turn, whole)
    elif len(digits) < LENGTH:
        listen(turn)
    elif len(pressed) < len(digits):
        # Said in part and now keyed from the beginning, or a wrong number: more keys tell.
        turn.set(id_digits=pressed, id_wrong=digits)
        listen(turn)
    else:
        turn.set(id_keyed=True)
        _wrong(turn, digits)


def _typed(digits: str, key: str) -> str:
    """`digits` after one more key: * is X after 17 of them, else it deletes one."""
    if key != "*":
        return digits + key
    return digits + "X" if len(digits) == LENGTH - 1 else digits[:-1]


def nothing(turn: Turn, event: NothingHeard) -> None:
    """A pause inside a number is no fault: first a word to go on, then what was kept."""
    digits, pauses = turn.state.id_digits, turn.state.id_pauses
    if turn.state.id_pressed and turn.state.id_wrong:
        _wrong(turn, turn.state.id_wrong)
    elif len(digits) == _OLD_LENGTH:
        _another_document(turn, Document.OLD_NUMBER)
    elif not digits or pauses >= 2:
        nothing_heard(turn, event)
    else:
        turn.set(id_pauses=pauses + 1)
        if pauses == 0:
            turn.say("id_more")
            listen(turn)
        else:
            turn.say("id_so_far", digits=spoken.id_digits(digits[-4:]))
            ask(turn)


def accept(turn: Turn, digits: str, *, agreed: bool = True, by_ear: bool = False) -> None:
    """`agreed`: keyed, or read back; else it may yet be, where nobody is known by it. `by_ear`: it
    was heard."""
    turn.set(id_number=digits, id_digits="", id_wrong="", id_pressed="", name=None, name_known=None)
    turn.set(id_agreed=agreed, id_by_ear=by_ear)
    turn.set(strikes={}, steering=0, id_tries=0)
    turn.decide()


def murmured(turn: Turn) -> bool:
    """嗯 between two groups is no fault: we listen on; False where it was said too often."""
    steering = turn.state.steering + 1
    if steering > turn.state.policy.limits.steering:
        return False
    turn.set(steering=steering)
    listen(turn)
    return True


def _whole(turn: Turn, number: IdNumber, *, sure: bool) -> None:
    if len(number.digits) == _OLD_LENGTH:
        if sure or number.digits == turn.state.id_wrong:
            _another_document(turn, Document.OLD_NUMBER)
        else:  # three of eighteen digits get lost more often than such a number is said
            _wrong(turn, number.digits)
    elif not number.valid:
        _wrong(turn, number.digits)
    elif number.mended or not sure:
        read_back(turn, number.digits)
    else:
        accept(turn, number.digits, agreed=False, by_ear=True)


def _is_wrong(number: IdNumber) -> bool:
    """Eighteen digits as they were heard, which no likely mending makes a number."""
    return number.complete and not number.valid and len(number.digits) == LENGTH


def _begun_anew(known: str, digits: str) -> str | None:
    """The digits behind the `known` ones, where they are the number's own beginning: it is said
    once more from there. By chance one such number in eleven has the right check character."""
    added = digits[len(known) :]
    alike = min(len(known), len(added))
    anew = alike >= _TELLING and digits.startswith(known) and known[:alike] == added[:alike]
    return added if anew else None


def _goes_on(turn: Turn, digits: str) -> bool:
    """Whether there is more of the number now, or a part of it has been put right."""
    known = turn.state.id_digits
    return len(digits) >= len(known) and digits != known


def _no_number(turn: Turn, event: Heard) -> None:
    said = event.understanding
    state, limits = turn.state, turn.state.policy.thresholds
    reading = read(state, said)
    if reading.sure and not (said.id_number and state.id_digits):
        filling.take_reading(turn, reading)
        return
    document = next(iter(said.document), None)
    if document is not None and document.confidence >= limits.command.accept:
        _another_document(turn, document.value)
    elif answer_of(said, limits.confirm, limits.margin) is Answer.NO and not state.id_digits:
        _another_document(turn, Document.NONE)
    elif answer_of(said, limits.confirm, limits.margin) is Answer.NO:
        strike(turn, None)  # 不对不对: it hears what was kept, and may begin anew
    else:
        misunderstood(turn, event)


def _another_document(turn: Turn, document: Document) -> None:
    """The written rule: what helps the caller to the number, said once, or a person."""
    if not turn.say_document(document):
        to_person(turn, Reason.NOT_HANDLED, "person_no_id_number")
    elif turn.state.wording.documents[document].person:
        to_person(turn, Reason.NOT_HANDLED)
    else:
        strike(turn, None)


def _gather(turn: Turn, digits: str) -> None:
    """More digits forgive a pause between them, but not the whole numbers that were wrong."""
    strikes = {**turn.state.strikes, Step.ID_NUMBER: min(turn.state.id_tries, _MOST_TRIES - 1)}
    turn.set(id_digits=digits, id_wrong="", id_pauses=0, strikes=strikes, steering=0)


def _finish(turn: Turn) -> None:
    """The caller says by # that this is all."""
    if turn.state.id_pressed and turn.state.id_wrong:
        turn.set(id_keyed=True)
        _wrong(turn, turn.state.id_wrong)
        return
    if len(turn.state.id_digits) == _OLD_LENGTH:
        _another_document(turn, Document.OLD_NUMBER)
        return
    if len(turn.state.id_digits) == LAST_FOUR and last_four.given(turn, turn.state.id_digits):
        return
    turn.say("id_unfinished")
    strike(turn, None)


def _wrong(turn: Turn, digits: str) -> None:
    """The check digit, the birth date or the province says that something was misheard."""
    turn.set(id_digits="", id_wrong=digits, id_pressed="", id_tries=turn.state.id_tries + 1)
    strike(turn, Fault.ID_WRONG)


def ask_again(turn: Turn) -> None:
    """Nobody has the number that was heard and agreed to: an ear that is weary says 对 to a wrong
    digit in the middle. It is asked for anew, then for keys; the third that nobody has brings a
    person."""
    state = turn.state
    unknown = (*state.id_unknown, state.id_number)
    turn.set(id_number="", id_digits="", id_wrong="", id_pressed="", id_unknown=unknown)
    turn.set(strikes={**state.strikes, Step.ID_NUMBER: len(unknown) - 1})
    turn.go(Step.ID_NUMBER)
    strike(turn, Fault.ID_UNKNOWN)


def read_back(turn: Turn, digits: str) -> None:
    """Ask whether these are the digits; a person helps who was asked so three times."""
    if turn.state.id_tries >= _MOST_TRIES:
        to_person(turn, Reason.TWO_STRIKES, "person_id_wrong")
        return
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    check = Check(CheckKind.ID_NUMBER, Step.ID_NUMBER, id_number=digits)
    turn.set(check=check, id_number="", id_digits="", id_wrong=digits, strikes=strikes)
    turn.set(id_tries=turn.state.id_tries + 1)
    turn.go(Step.CHECK)
    ask(turn)
