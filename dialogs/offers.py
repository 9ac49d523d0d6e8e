"""Choices of at most three: what is offered, how it is said, how it can be called back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from booking_client.types import Booking, ClinicSession
from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.policy import Thresholds
from dialogs.sentences import CHANGES
from dialogs.state import Filling, Offer, OfferKind, Option, State, Step, Wish
from dialogs.turn import Turn
from grammars.meaning import Answer, Candidate, DateWish, Period, Scored, Understanding

Fragments = tuple[Fragment, ...]

PERIOD_ORDER = {"上午": 0, "下午": 1, "晚上": 2}
_WEEKDAY_PREFIXES = ("星期", "周", "礼拜")
_ORDINARY = "普通门诊"

_SAID_AS = {
    OfferKind.HOSPITALS: spoken.hospital,
    OfferKind.DEPARTMENTS: spoken.department,
    OfferKind.DOCTORS: spoken.doctor,
    OfferKind.PERIODS: spoken.period,
}


_MEANS: Mapping[OfferKind, Callable[[str], Filling]] = {
    OfferKind.HOSPITALS: lambda name: Filling(hospital=name),
    OfferKind.DEPARTMENTS: lambda name: Filling(department=name),
    OfferKind.DOCTORS: lambda name: Filling(doctor=name),
    OfferKind.PERIODS: lambda name: Filling(date=DateWish(period=Period(name))),
}


def named_option(state: State, said: Understanding, *, sure: bool = True) -> Option | None:
    """The option of the present choice that was called by name or order; `sure`: without doubt."""
    assert state.offer is not None, "a choice is answered only where one was offered"
    threshold = state.policy.thresholds.choice
    least = threshold.accept if sure else threshold.confirm
    named = _named_as_itself(state.offer, said, state.policy.thresholds)
    if named is not None:
        return named
    for each in said.choice[:1]:
        if each.confidence >= least and not _is_rather_yes(said, each):
            return next((o for o in state.offer.options if o.candidate.name == each.value), None)
    return None


def _named_as_itself(offer: Offer, said: Understanding, limits: Thresholds) -> Option | None:
    """心内科 is 心血管内科, where 神经内科 is offered beside it and sounds more like it."""
    scored, least = {
        OfferKind.HOSPITALS: (said.hospital, limits.hospital.accept),
        OfferKind.DEPARTMENTS: (said.department, limits.department.accept),
    }.get(offer.kind, ((), 1.0))
    best = next(iter(scored), None)
    if best is None or best.confidence < least or best.value in said.by_complaint:
        return None
    if best.surface not in said.text:
        return None
    return next((o for o in offer.options if o.candidate.name == best.value), None)


def _is_rather_yes(said: Understanding, choice: Scored[str]) -> bool:
    """那好吧 sounds like 号码, and is a plain yes."""
    return any(
        each.surface == choice.surface and each.confidence > choice.confidence
        for each in said.confirm[:1]
        if each.value is Answer.YES
    )


def put(turn: Turn, kind: OfferKind, options: Sequence[Option], spoken_count: int) -> None:
    """Stand at the choice; the caller of this asks it."""
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.OFFER}
    turn.set(strikes=strikes, offer=Offer(kind, tuple(options), spoken_count))
    turn.go(Step.OFFER)


def name_offer(
    turn: Turn, kind: OfferKind, names: Sequence[str], *, or_nobody: bool = False
) -> None:
    """Offer hospitals, departments, doctors or periods by name; `or_nobody`: as the last one, no
    doctor in particular."""
    chosen = tuple(names)[: turn.state.policy.limits.choices - or_nobody]
    aliases = {each.name: each.aliases for each in turn.state.departments or ()}
    aliases.update((each.name, each.aliases) for each in turn.state.hospitals)
    said_as = _SAID_AS[kind]
    options = [
        Option(Candidate(name, aliases.get(name, ())), said_as(name), _MEANS[kind](name))
        for name in chosen
    ]
    if or_nobody:
        said = turn.state.wording.nobody
        options.append(Option(Candidate(said), spoken.words(said), Filling(any_doctor=True)))
    put(turn, kind, options, len(options))


def change_offer(turn: Turn) -> None:
    """Ask which slot of the read-back is to be changed."""
    wording = turn.state.wording.changes
    options = [
        Option(Candidate(slot, wording[slot]), spoken.words(wording[slot][0])) for slot in CHANGES
    ]
    put(turn, OfferKind.CHANGES, options, turn.state.policy.limits.choices)


def session_offer(turn: Turn, sessions: Sequence[ClinicSession]) -> None:
    """Offer sessions, each by what sets it apart from the wish and from the others."""
    ordered = sorted(
        sessions, key=lambda each: (each.hospital != turn.wish.hospital, in_time(each))
    )
    aliases = {each.name: each.aliases for each in turn.state.hospitals}
    options = session_options(ordered, turn.wish, aliases)
    put(turn, OfferKind.SESSIONS, options, len(options))


def hospitals_offer(turn: Turn, department: str, hospitals: Sequence[str]) -> None:
    """Offer hospitals that have the department which the wished one lacks."""
    name_offer(turn, OfferKind.HOSPITALS, hospitals)
    offer = turn.state.offer
    assert offer is not None, "an offer was just put"
    options = tuple(
        replace(option, filling=replace(option.filling, department=department))
        for option in offer.options
    )
    turn.set(offer=replace(offer, options=options))


def booking_offer(turn: Turn, bookings: Sequence[Booking]) -> None:
    """Which of the patient's bookings? By department and day, or whatever sets one apart."""
    aliases = {each.name: each.aliases for each in turn.state.hospitals}
    calls = [(each.session.department, *_calls(each.session, Wish(), aliases)) for each in bookings]
    times_used = Counter(call for each in calls for call in set(each))
    options = [
        Option(
            Candidate(
                "".join(spoken.texts(label)),
                tuple(call for call in dict.fromkeys(own) if times_used[call] == 1),
            ),
            label,
            booking=booking,
        )
        for booking, own in zip(bookings, calls, strict=True)
        for label in [_booking_label(booking)]
    ]
    put(turn, OfferKind.BOOKINGS, options, min(len(options), turn.state.policy.limits.choices))


def _booking_label(booking: Booking) -> Fragments:
    session = booking.session
    when = (Fragment(spoken.day(session.date)), *spoken.period(session.period))
    return spoken.department(session.department) + when


def nearest(sessions: Sequence[ClinicSession], wish: Wish, limit: int) -> tuple[ClinicSession, ...]:
    """The sessions closest to the wish, one for each thing that can be told apart by ear, in
    order of time. A day away weighs as much as another part of the day twice; another doctor
    than the wished one more than three days."""
    when = wish.date or DateWish()
    wanted = when.date or when.not_before or when.not_after
    period = when.period

    def distance(session: ClinicSession) -> tuple[int, dt.date, int, int]:
        away = 2 * abs((session.date - wanted).days) if wanted else 0
        if period is not None and session.period != period:
            away += 1
        if wish.doctor is not None and session.doctor != wish.doctor:
            away += 7
        return (away, session.date, PERIOD_ORDER.get(session.period, 9), session.fee_yuan)

    best: dict[tuple[object, ...], ClinicSession] = {}
    for session in sorted(sessions, key=distance):
        doctor = session.doctor if wish.doctor is not None else None
        best.setdefault((session.date, session.period, doctor), session)
    return tuple(sorted(list(best.values())[:limit], key=in_time))


def in_time(session: ClinicSession) -> tuple[dt.date, int, int, int]:
    """Earliest first; at the same time the cheapest first (the ordinary clinic)."""
    return (session.date, PERIOD_ORDER.get(session.period, 9), session.fee_yuan, session.id)


def session_options(
    sessions: Sequence[ClinicSession], wish: Wish, aliases: Mapping[str, tuple[str, ...]]
) -> tuple[Option, ...]:
    """One option a session; `aliases` are what callers may say for another hospital."""
    labels = [_label(session, wish) for session in sessions]
    calls = [_calls(session, wish, aliases) for session in sessions]
    times_used = Counter(call for each in calls for call in set(each))
    return tuple(
        Option(
            Candidate(
                "".join(spoken.texts(label)),
                tuple(call for call in dict.fromkeys(own) if times_used[call] == 1),
            ),
            label,
            _choosing(session, wish),
            session,
        )
        for session, label, own in zip(sessions, labels, calls, strict=True)
    )


def _choosing(session: ClinicSession, wish: Wish) -> Filling:
    """What choosing the session changes in the wish."""
    hospital = session.hospital if session.hospital != wish.hospital else None
    when = DateWish(date=session.date, period=Period(session.period))
    if wish.doctor is None:
        return Filling(hospital=hospital, date=when)
    any_doctor = session.doctor is None
    return Filling(hospital=hospital, doctor=session.doctor, any_doctor=any_doctor, date=when)


def _label(session: ClinicSession, wish: Wish) -> Fragments:
    """What sets it apart from the wish."""
    wanted = wish.date.date if wish.date else None
    said: Fragments = ()
    here = session.hospital == wish.hospital
    if not here:
        said += spoken.hospital(session.hospital)
    if session.date != wanted:
        said += (Fragment(spoken.day(session.date)),)
    said += spoken.period(session.period)
    if wish.doctor is not None or (here and session.date == wanted):
        said += spoken.doctor(session.doctor)
    return said


def _calls(
    session: ClinicSession, wish: Wish, aliases: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Everything a caller may call this session, unique or not."""
    away = session.hospital != wish.hospital
    hospital = (session.hospital, *aliases.get(session.hospital, ())) if away else ()
    number = f"{spoken.number(session.date.day)}号"
    weekday = spoken.weekday(session.date)[-1]
    days = (
        spoken.day(session.date),
        number,
        *(prefix + weekday for prefix in _WEEKDAY_PREFIXES),
    )
    doctors = (_ORDINARY, "普通号") if session.doctor is None else (session.doctor,)
    return (
        *hospital,
        *days,
        *(day + session.period for day in days),
        session.period,
        *doctors,
    )
