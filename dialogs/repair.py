"""The repair ladder: the first fault puts the question another way, with choices; the second
offers the keypad where keys can answer, or a person; after that always a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from dialogs import spoken
from dialogs.events import Heard, NothingHeard
from dialogs.flows.transfer import to_person
from dialogs.offers import name_offer
from dialogs.outcomes import Reason
from dialogs.questions import Manner, ask, can_be_keyed
from dialogs.searching import find_alternatives
from dialogs.slots import near_misses
from dialogs.state import Check, CheckKind, Filling, OfferKind, State, Step
from dialogs.turn import Turn
from grammars.meaning import Understanding


class Fault(StrEnum):
    """Keys of the wording's faults: each has its own first and second answer."""

    NO_MATCH = "no_match"  # heard well, means nothing here
    LOW_CONFIDENCE = "low_confidence"  # heard badly, or nearly a name
    SEVERAL = "several"  # names that sound alike
    NO_INPUT = "no_input"
    NOISE = "noise"
    SECOND_VOICE = "second_voice"  # somebody farther from the telephone
    TOO_MANY_WORDS = "too_many_words"
    WRONG_KEY = "wrong_key"
    OUT_OF_RANGE = "out_of_range"  # a key or an order word for a choice that was not offered
    MURMUR = "murmur"
    ID_WRONG = "id_wrong"
    ID_UNKNOWN = "id_unknown"  # a right number that nobody has
    PROOF_WRONG = "proof_wrong"
    SAID_NO = "said_no"


_NAMES_ASKED = {
    Step.HOSPITAL: OfferKind.HOSPITALS,
    Step.DEPARTMENT: OfferKind.DEPARTMENTS,
    Step.DOCTOR: OfferKind.DOCTORS,
}

# What is said when the strikes lead to a person; else person_two_strikes.
_PERSON_SAYS: Mapping[Fault | None, str] = {
    Fault.NO_INPUT: "person_silence",
    Fault.NOISE: "person_noise",
    Fault.SECOND_VOICE: "person_noise",
    Fault.ID_WRONG: "person_id_wrong",
    Fault.ID_UNKNOWN: "person_id_wrong",
    Fault.PROOF_WRONG: "person_not_identified",
}


_LAST = 3  # strikes: a guess after them would be one of many


def strike(turn: Turn, fault: Fault | None, heard: Understanding | None = None) -> None:
    """Count a fault against the current question and take the next rung.

    `fault` None: the flow has said itself what was wrong. `heard` lets a rung
    offer the names that were nearly understood.
    """
    step = turn.state.step
    count = turn.state.strikes.get(step, 0) + 1
    again = turn.state.fault == (fault or "")
    turn.set(strikes={**turn.state.strikes, step: count}, steering=0, fault=fault or "")
    names = _nearly_understood(turn.state, heard)
    keyed = can_be_keyed(turn.state) or bool(names)
    if count > 2 or (count == 2 and not keyed and step is not Step.DATE):
        guess = _one_nearly_understood(turn.state, heard)
        if guess is not None and count <= _LAST:
            strikes = {at: n for at, n in turn.state.strikes.items() if at is not Step.CHECK}
            turn.set(check=Check(CheckKind.VALUES, step, guess), strikes=strikes)
            turn.go(Step.CHECK)
            ask(turn, Manner.KEYPAD)  # a no to it is one strike more, and then a person comes
            return
        to_person(turn, Reason.TWO_STRIKES, _PERSON_SAYS.get(fault))
        return
    if fault is not None:
        # "还是没听清" only to who has just heard "没听清".
        turn.say_fault(fault.value, 2 if count > 1 and again else 1)
    if count == 2 and step is Step.DATE:
        # Days cannot be keyed, but a choice of free sessions can.
        find_alternatives(turn)
        return
    if step is Step.ID_NUMBER and turn.state.id_digits:
        turn.say("id_so_far", digits=spoken.id_digits(turn.state.id_digits[-4:]))
    manner = Manner.STRIKE if count == 1 else Manner.KEYPAD
    or_nobody = step is Step.DOCTOR and count == 2
    if or_nobody and heard is not None:
        names = _near_names(turn.state, heard)  # one will do, with nobody in particular beside it
    if names:
        name_offer(turn, _NAMES_ASKED[step], names, or_nobody=or_nobody)
        manner = Manner.ASKED if count == 1 else Manner.KEYPAD
    ask(turn, manner)


def ask_next(turn: Turn, reason: Reason = Reason.TWO_STRIKES) -> None:
    """Put the question that follows a value. Where values have only taken each other's place, it
    was put before them too: the second time with choices or keys, the third time a person helps."""
    if turn.state.overwritten > 2:
        to_person(turn, reason)
    elif turn.state.overwritten == 2:
        ask(turn, Manner.KEYPAD if can_be_keyed(turn.state) else Manner.STRIKE)
    else:
        ask(turn)


def misunderstood(turn: Turn, event: Heard) -> None:
    """The utterance answered nothing: a strike, by why it did not."""
    strike(turn, _why(turn.state, event), event.understanding)


def nothing_heard(turn: Turn, event: NothingHeard) -> None:
    """Silence, or sound without words: a strike."""
    strike(turn, Fault.NOISE if event.noise else Fault.NO_INPUT)


def missed_too_often(turn: Turn, reason: Reason = Reason.NOTHING_SUITS) -> bool:
    """Count a wish that was understood but cannot be had, or what else is no fault and leads
    nowhere; after the third a person helps, and True is returned. A held place clears the count."""
    misses = turn.state.misses + 1
    turn.set(misses=misses)
    if misses <= 2:
        return False
    to_person(turn, reason)
    return True


def _why(state: State, event: Heard) -> Fault:
    limits, thresholds = state.policy.limits, state.policy.thresholds
    heard = event.understanding
    if heard.backchannel:
        return Fault.MURMUR
    if heard.beyond:
        return Fault.OUT_OF_RANGE
    if event.far:
        return Fault.SECOND_VOICE
    if heard.syllables >= limits.too_many_syllables:
        return Fault.TOO_MANY_WORDS
    if heard.confidence < thresholds.heard or _near_names(state, heard):
        return Fault.LOW_CONFIDENCE
    return Fault.NO_MATCH


def _near_names(state: State, heard: Understanding) -> tuple[str, ...]:
    """Names of the kind that is asked for, nearly understood."""
    kind = _NAMES_ASKED.get(state.step)
    return near_misses(state, kind, heard) if kind is not None else ()


def _one_nearly_understood(state: State, heard: Understanding | None) -> Filling | None:
    """A guess, where all else that can be asked has been: better than giving up. A name that was
    denied comes last: that no may have been misheard, and keys are not."""
    names = _near_names(state, heard) if heard is not None else ()
    if heard is not None and not names:
        names = _near_names(replace(state, not_meant=()), heard)
    return _GUESS[_NAMES_ASKED[state.step]](names[0]) if names else None


_GUESS: Mapping[OfferKind, Callable[[str], Filling]] = {
    OfferKind.HOSPITALS: lambda name: Filling(hospital=name),
    OfferKind.DEPARTMENTS: lambda name: Filling(department=name),
    OfferKind.DOCTORS: lambda name: Filling(doctor=name),
}


def _nearly_understood(state: State, heard: Understanding | None) -> tuple[str, ...]:
    """The names to choose from: at least two, for one alone would be a guess."""
    names = _near_names(state, heard) if heard is not None else ()
    return names if len(names) > 1 else ()
