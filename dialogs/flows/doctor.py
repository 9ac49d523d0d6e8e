"""Which doctor, or any. Asked only where there is a choice and the caller named no day either:
who says 明天上午 wants the day, and hears the doctor's name at the read-back."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogs import spoken
from dialogs.clinics import doctors_in_question
from dialogs.commands import FindDoctors
from dialogs.events import DoctorsFound, Heard, KeyPressed
from dialogs.flows import filling
from dialogs.offers import name_offer
from dialogs.questions import ask
from dialogs.repair import Fault, missed_too_often, misunderstood, strike
from dialogs.slots import answer_of, fill, is_open
from dialogs.state import Filling, OfferKind, State, Step
from dialogs.turn import Turn
from grammars.doctor_names import is_written, named_doctors
from grammars.meaning import Answer, Clinic, DoctorWords, Scored, Slot, Understanding

_ONE_OF_SEVERAL = 0.15  # of the first of several doctors with the surname that was said
_ANOTHER = re.compile("(?<!不)(?<!不用)(?<!不要)换")
_MISHEARD = re.compile("不对|不是|错|不换|不用换|不要换")
_LONGEST_NO = 4  # syllables: 没有, 不要, 不用了; 不去鼓楼了 is about something else


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    if _sounds_so_again(turn.state, said):
        take_any(turn, aloud=True)
        return
    if filling.take(turn, said):
        return
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.confirm, limits.margin)
    if wants_another(turn.state, said) and turn.state.doctor_named:
        _offer_who_is_there(turn)
    elif says_misheard(turn.state, said):
        strike(turn, Fault.SAID_NO)
    elif said.no_preference or (answer is Answer.NO and _is_plain(turn.state, said)):
        take_any(turn)
    elif answer is Answer.YES and not turn.state.doctor_named:
        turn.set(doctor_named=True)
        ask(turn)
    elif said.doctor_words is not None and not (turn.state.doctor_named or said.doctor):
        _say_nobody_of_that_name(turn)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    """1, where it was just offered: nobody in particular."""
    if event.key == "1" and turn.state.asked_by_key:
        take_any(turn, aloud=True)
    else:
        strike(turn, Fault.WRONG_KEY)


def wants_another(state: State, said: Understanding) -> bool:
    """换一个医生, 换一个."""
    least = state.policy.thresholds.task.accept
    changes = any(
        each.value is Slot.DOCTOR and each.confidence >= least for each in said.change[:1]
    )
    another = any(_ANOTHER.search(each.surface) for each in _noes(said))
    return changes or another


def says_misheard(state: State, said: Understanding) -> bool:
    """不对，你听错了, 不换, where she who was named is not there: her name is asked for again."""
    return state.doctor_named and any(_MISHEARD.search(each.surface) for each in _noes(said))


def _noes(said: Understanding) -> list[Scored[Answer]]:
    return [each for each in said.confirm[:1] if each.value is Answer.NO]


def _sounds_so_again(state: State, said: Understanding) -> bool:
    """The guess that was denied, once more, in answer to 不指定就说随便 and in fewer syllables than
    the name has: 碎掉 is 随便, and not 肖斌康."""
    least = state.policy.thresholds.doctor.confirm
    guess = next((each.value for each in said.doctor if each.confidence >= least), "")
    return guess in state.not_meant and said.syllables < len(guess)


def take_any(turn: Turn, *, aloud: bool = False) -> None:
    """Whoever there is; said `aloud`, as where somebody had been named."""
    if turn.state.doctor_named or aloud:
        turn.say("any_doctor")
    fill(turn, Filling(any_doctor=True))
    turn.set(offer=None)
    turn.decide()


def _is_plain(state: State, said: Understanding) -> bool:
    """Whether a no is about the doctor: a short one, or any where the name was asked for and no
    other slot is named (没有就算了)."""
    if said.task or said.refused or said.hospital or said.department:
        return False
    return state.doctor_named or said.syllables <= _LONGEST_NO


def _offer_who_is_there(turn: Turn) -> None:
    name_offer(turn, OfferKind.DOCTORS, doctors_in_question(turn.state))
    ask(turn)


def are_unknown(state: State) -> bool:
    """The doctors matter and have not been asked for."""
    named = state.wish.doctor is not None or state.doctor_words is not None
    return state.doctors is None and (named or _matters(state))


def find(turn: Turn) -> None:
    wish = turn.wish
    turn.go(Step.FINDING_DOCTORS, FindDoctors(wish.hospital or "", wish.department or ""))


def found(turn: Turn, event: DoctorsFound) -> None:
    words = turn.state.doctor_words
    turn.set(doctors=event.doctors, doctor_words=None)
    turn.decide()
    if words is not None and turn.wish.doctor is None:
        _take_early(turn, words)


def _take_early(turn: Turn, words: DoctorWords) -> None:
    """Who was named before the list was known: taken where the name was written so, else asked
    back; said to be missing where a title leaves no doubt that somebody was named."""
    state = turn.state
    limits = state.policy.thresholds.doctor
    named = named_doctors(words, [each.name for each in state.doctors or ()])
    best = next(iter(named), None)
    if best is not None and best.confidence >= limits.accept and is_written(words, best.value):
        filling.accept(turn, Filling(doctor=best.value))
    elif best is not None and best.confidence >= limits.confirm and len(named) == 1:
        turn.set(doctor_named=words.titled)
        filling.check(turn, Filling(doctor=best.value), Step.DECIDE)
    elif len(named) > 1 and best is not None and best.confidence >= _ONE_OF_SEVERAL:
        name_offer(turn, OfferKind.DOCTORS, [each.value for each in named])
        ask(turn)
    elif words.titled:
        _say_nobody_of_that_name(turn)


def _say_nobody_of_that_name(turn: Turn) -> None:
    turn.say("no_such_doctor")
    turn.set(doctor_named=True)
    if doctors_in_question(turn.state):
        _offer_who_is_there(turn)


def is_missing_here(state: State) -> bool:
    names = {doctor.name for doctor in state.doctors or ()}
    return state.wish.doctor is not None and state.wish.doctor not in names


def say_missing(turn: Turn) -> None:
    turn.say("doctor_not_here", doctor=spoken.doctor(turn.wish.doctor))
    turn.set(wish=replace(turn.wish, doctor=None))
    if not missed_too_often(turn):
        turn.decide()


def is_open_question(state: State) -> bool:
    left = doctors_in_question(state)
    return _matters(state) and len(left) > (0 if state.doctor_named else 1)


def _matters(state: State) -> bool:
    if state.wish.doctor is not None or state.wish.any_doctor:
        return False
    if state.wish.clinic is Clinic.ORDINARY:
        return False
    return state.doctor_named or is_open(state.wish)
