"""Choices of at most three: what is offered, how it is said, how it can be called back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from booking_client.types import ClinicSession
from dialogs import spoken
from dialogs.commands import Fragment
from dialogs.state import Offer, OfferKind, Option, Step, Wish
from dialogs.turn import Turn
from dialogs.wording import CHANGES
from grammars.meaning import Candidate, DateWish

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


def put(turn: Turn, kind: OfferKind, options: Sequence[Option], spoken_count: int) -> None:
    """Stand at the choice; the caller of this asks it."""
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.OFFER}
    turn.set(strikes=strikes, offer=Offer(kind, tuple(options), spoken_count))
    turn.go(Step.OFFER)


def name_offer(turn: Turn, kind: OfferKind, names: Sequence[str]) -> None:
    """Offer hospitals, departments, doctors or periods by name."""
    chosen = tuple(names)[: turn.state.policy.limits.choices]
    aliases = {each.name: each.aliases for each in turn.state.departments or ()}
    aliases.update((each.name, each.aliases) for each in turn.state.hospitals)
    said_as = _SAID_AS[kind]
    options = [Option(Candidate(name, aliases.get(name, ())), said_as(name)) for name in chosen]
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
    options = session_options(sessions, turn.wish)
    put(turn, OfferKind.SESSIONS, options, len(options))


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


def session_options(sessions: Sequence[ClinicSession], wish: Wish) -> tuple[Option, ...]:
    wanted = wish.date.date if wish.date else None
    labels = [_label(session, wanted, wish.doctor) for session in sessions]
    calls = [_calls(session) for session in sessions]
    times_used = Counter(call for each in calls for call in set(each))
    return tuple(
        Option(
            Candidate(
                "".join(spoken.texts(label)),
                tuple(call for call in dict.fromkeys(own) if times_used[call] == 1),
            ),
            label,
            session,
        )
        for session, label, own in zip(sessions, labels, calls, strict=True)
    )


def _label(session: ClinicSession, wanted: dt.date | None, doctor: str | None) -> Fragments:
    said: Fragments = ()
    if session.date != wanted:
        said += (Fragment(spoken.day(session.date)),)
    said += spoken.period(session.period)
    if doctor is not None:
        said += spoken.doctor(session.doctor)
    return said


def _calls(session: ClinicSession) -> tuple[str, ...]:
    """Everything a caller may call this session, unique or not."""
    number = f"{spoken.number(session.date.day)}号"
    weekday = spoken.weekday(session.date)[-1]
    days = (
        spoken.day(session.date),
        number,
        *(prefix + weekday for prefix in _WEEKDAY_PREFIXES),
    )
    doctors = (_ORDINARY, "普通号") if session.doctor is None else (session.doctor,)
    return (
        *days,
        *(day + session.period for day in days),
        session.period,
        *doctors,
    )
