"""A choice: by name, by order or by key; anything else the caller says still counts."""

from __future__ import annotations

from dataclasses import replace

from dialogs.events import Heard, KeyPressed
from dialogs.flows import bookings, doctor, filling, sessions
from dialogs.offers import in_time, named_option, put
from dialogs.questions import ask
from dialogs.repair import Fault, ask_next, missed_too_often, misunderstood, strike
from dialogs.slots import Reading, answer_of, fill, read, reopen
from dialogs.state import Filling, Offer, OfferKind, Option, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Understanding

_IN_TIME = (OfferKind.SESSIONS, OfferKind.PERIODS)
_QUESTION_OF = {
    OfferKind.HOSPITALS: Step.HOSPITAL,
    OfferKind.DEPARTMENTS: Step.DEPARTMENT,
    OfferKind.DOCTORS: Step.DOCTOR,
}


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    offer = _offer(turn)
    if offer.kind is OfferKind.BOOKINGS:
        bookings.heard(turn, event)
        return
    limits = turn.state.policy.thresholds
    if offer.kind is OfferKind.PERIODS and said.several_periods and said.no_preference:
        _any_period(turn)  # 上午下午都行
        return
    if offer.kind is OfferKind.PERIODS and (left := _not_refused(offer, said)) is not None:
        if left:
            take(turn, left[0])  # 下午没空, of two
        else:
            decline(turn)
        return
    chosen = named_option(turn.state, said)
    reading = read(turn.state, said)
    another_time = chosen is not None and _names_another_time(turn, said, chosen)
    if chosen is not None and not (another_time or _names_a_day_better(said, reading)):
        if not said.choice and reading.sure.date is not None:  # 心内科，明天: and the day
            chosen = replace(chosen, filling=replace(chosen.filling, date=reading.sure.date))
        take(turn, chosen)
        return
    if another_time and not reading.sure and filling.take_reading(turn, reading):
        return
    if _wants_the_earliest(reading) and offer.kind in _IN_TIME:
        take(turn, _earliest(offer))
        return
    if reading.sure and _is_beside(turn, offer, reading):
        filling.accept(turn, reading.sure)
        turn.set(offer=offer)
        ask_next(turn)
        return
    if reading.sure:
        _take_new_wish(turn, offer, reading)
        return
    if offer.kind is OfferKind.HOSPITALS and _keeps_to_the_hospital(turn, said):
        turn.set(offer=None)
        turn.decide()  # it was the department that was misheard
        return
    doubtful = named_option(turn.state, said, sure=False)
    answer = answer_of(said, limits.confirm, limits.margin)
    if doubtful is not None and offer.kind is OfferKind.CHANGES:
        take(turn, doubtful)  # a slot that is asked for anew is soon put right
    elif doubtful is not None:
        filling.check(turn, doubtful.filling, Step.OFFER)
    elif offer.kind is OfferKind.CHANGES and (said.no_preference or answer is Answer.YES):
        decline(turn)  # 都对 and 那好吧 change nothing
    elif offer.kind is OfferKind.DOCTORS and said.no_preference:
        doctor.take_any(turn)
    elif said.no_preference or (answer is Answer.YES and len(offer.options) == 1):
        if offer.kind is OfferKind.PERIODS:
            _any_period(turn)
        else:
            take(turn, offer.options[0])
    elif offer.kind is OfferKind.DOCTORS and _still_says_not_whom(turn, said):
        strike(turn, None)
    elif offer.kind is OfferKind.DOCTORS and doctor.says_misheard(turn.state, said):
        turn.set(offer=None)
        turn.go(Step.DOCTOR)
        strike(turn, Fault.SAID_NO)
    elif answer is Answer.NO:
        decline(turn)
    elif not filling.take_reading(turn, reading):
        misunderstood(turn, event)


def _not_refused(offer: Offer, said: Understanding) -> list[Option] | None:
    """What is left of the parts of the day once those that the caller cannot come in are gone;
    None where none was refused, or one is named as well."""
    refused = [option for option in offer.options if option.candidate.name in said.refused]
    left = [option for option in offer.options if option not in refused]
    return left if refused and len(left) <= 1 else None


def _keeps_to_the_hospital(turn: Turn, said: Understanding) -> bool:
    """就友谊医院 in answer to 这家医院没有精神心理科，现在有……"""
    wish, least = turn.wish, turn.state.policy.thresholds.hospital.accept
    named = next(iter(said.hospital), None)
    again = named is not None and named.value == wish.hospital and named.confidence >= least
    return again and wish.department is None


def _any_period(turn: Turn) -> None:
    turn.set(wish=replace(turn.wish, any_period=True), strikes={})
    turn.decide()


def _still_says_not_whom(turn: Turn, said: Understanding) -> bool:
    """换一个; or no to something else, where she whom the caller wanted is not there."""
    other = turn.state.doctor_named and bool(said.refused)
    return other or doctor.wants_another(turn.state, said)


def key(turn: Turn, event: KeyPressed) -> None:
    offer = _offer(turn)
    position = int(event.key) - 1 if event.key.isdigit() else -1
    if len(offer.options) == 1 and event.key == "2":
        decline(turn)
    elif 0 <= position < offer.spoken:
        take(turn, offer.options[position])
    else:
        strike(turn, Fault.OUT_OF_RANGE)


def take(turn: Turn, option: Option) -> None:
    """The caller chose `option`."""
    offer = _offer(turn)
    if offer.kind is OfferKind.CHANGES:
        turn.set(offer=None, strikes={})
        reopen(turn, option.candidate.name)
        turn.decide()
        return
    if option.booking is not None:
        bookings.take(turn, option.booking)
        return
    if option.filling == Filling(any_doctor=True):
        doctor.take_any(turn, aloud=True)
        return
    refused = turn.state.refused_sessions
    fill(turn, option.filling)
    turn.set(offer=None)
    if option.session is not None:
        turn.set(refused_sessions=refused)
        filling.acknowledge(turn, Filling(hospital=option.filling.hospital))
        sessions.hold(turn, option.session)
        return
    filling.acknowledge(turn, option.filling)
    turn.decide()


def decline(turn: Turn) -> None:
    """None of these: back to the open question."""
    offer = _offer(turn)
    turn.set(offer=None)
    if offer.kind is OfferKind.CHANGES:
        turn.decide()  # nothing to change after all: it is read back once more
    elif offer.kind is OfferKind.BOOKINGS:
        bookings.decline(turn)
    elif offer.kind not in _QUESTION_OF:
        if not missed_too_often(turn):
            reopen(turn, "date")
            turn.decide()
    elif offer.kind is OfferKind.DOCTORS and turn.state.doctor_named:
        doctor.take_any(turn)  # whom she wanted is not there: 没有就算了
    elif getattr(turn.wish, offer.kind.value) is not None:
        # It would have replaced a value that is still good.
        turn.say_fault(Fault.SAID_NO.value)
        turn.decide()
    else:
        turn.go(_QUESTION_OF[offer.kind])
        strike(turn, Fault.SAID_NO)


def _offer(turn: Turn) -> Offer:
    assert turn.state.offer is not None, "a choice is answered only where one was offered"
    return turn.state.offer


def _names_a_day_better(said: Understanding, reading: Reading) -> bool:
    """星期一 sounds like the offered 星期五; as a date it is certain. An option that was called by
    its own name is no choice by sound."""
    if reading.sure.date is None or not said.choice:
        return False
    return said.date[0].confidence > said.choice[0].confidence


def _names_another_time(turn: Turn, said: Understanding, chosen: Option) -> bool:
    """后天下午, where tomorrow's morning and afternoon are offered: 下午 is only a part of it."""
    offered, named = chosen.filling.date, next(iter(said.date), None)
    least = turn.state.policy.thresholds.date.confirm
    if offered is None or named is None or named.confidence < least:
        return False
    day = offered.date or (turn.wish.date.date if turn.wish.date else None)
    meant = (named.value.date or day, named.value.period or offered.period)
    words = said.choice[0].surface
    return words != named.surface and words in named.surface and meant != (day, offered.period)


def _is_beside(turn: Turn, offer: Offer, reading: Reading) -> bool:
    """明天 where hospitals are offered, 就去鼓楼 where departments are that no hospital was asked
    for: kept, and the choice is still open."""
    date, hospital = reading.sure.date, reading.sure.hospital
    if offer.kind is OfferKind.DEPARTMENTS and turn.state.departments is None:
        return reading.sure == Filling(hospital=hospital, date=date)
    return offer.kind in _QUESTION_OF and reading.sure == Filling(date=date)


def _wants_the_earliest(reading: Reading) -> bool:
    """最早的 and nothing else."""
    date = reading.sure.date
    return date is not None and date.earliest and reading.sure == Filling(date=date)


def _earliest(offer: Offer) -> Option:
    """The first in time; parts of the day are offered in their order."""
    timed = [(in_time(each.session), at) for at, each in enumerate(offer.options) if each.session]
    return offer.options[min(timed)[1] if timed else 0]


def _take_new_wish(turn: Turn, offer: Offer, reading: Reading) -> None:
    """What is among the offered sessions chooses it; else it is a new wish."""
    matching = [option for option in offer.options if _fits(option, reading.sure)]
    if len(matching) == 1:
        take(turn, matching[0])
        return
    if 1 < len(matching) < len(offer.options):
        put(turn, offer.kind, matching, len(matching))  # 上午的: two of the three
        ask(turn)
        return
    new = reading.sure
    kept = {option.filling.department for option in offer.options}
    if new.hospital is not None and new.department is None and len(kept) == 1:
        # Hospitals were offered for a department that the wished one lacks.
        reading = replace(reading, sure=replace(new, department=kept.pop()))
    filling.take_reading(turn, reading)


def _fits(option: Option, new: Filling) -> bool:
    """Whether the session is what `new` says, which says more than "the earliest"."""
    session, date = option.session, new.date
    if session is None or new.any_doctor or (date is not None and not (date.date or date.period)):
        return False
    return (
        new.hospital in (None, session.hospital)
        and new.department in (None, session.department)
        and new.doctor in (None, session.doctor)
        and (date is None or date.date in (None, session.date))
        and (date is None or date.period in (None, session.period))
    )
