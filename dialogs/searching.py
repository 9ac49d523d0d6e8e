"""Asking the core for sessions: as wished, or anything near it."""

from __future__ import annotations

import datetime as dt

from booking_client.types import ClinicSession, SessionQuery
from dialogs.commands import FindAlternatives, FindSessions
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.meaning import DateWish

AS_WISHED = "as_wished"
ALTERNATIVES = "alternatives"
_USUAL = 20  # sessions


def find_as_wished(turn: Turn) -> None:
    """Sessions on the wished day and part of the day, with the wished doctor."""
    turn.go(Step.FINDING_SESSIONS, FindSessions(AS_WISHED, _as_wished(turn)))


def find_nearest(turn: Turn) -> None:
    """What is nearest to the wish, which is full: the same doctor another day, the same day
    another doctor, the department of another hospital."""
    turn.go(Step.FINDING_NEAREST, FindAlternatives(_as_wished(turn)))


def find_nearest_to(turn: Turn, session: ClinicSession) -> None:
    """The same for a session that was to be held or booked and is gone."""
    query = SessionQuery(
        hospital=session.hospital,
        department=session.department,
        from_date=session.date,
        to_date=session.date,
        doctor=session.doctor,
        period=session.period,
    )
    turn.go(Step.FINDING_NEAREST, FindAlternatives(query))


def _as_wished(turn: Turn) -> SessionQuery:
    wish = turn.wish
    when = wish.date or DateWish(earliest=True)
    first, last = _window(turn)
    return SessionQuery(
        hospital=wish.hospital or "",
        department=wish.department or "",
        from_date=when.date or max(first, when.not_before or first),
        to_date=when.date or min(last, when.not_after or last),
        doctor=wish.doctor,
        period=when.period.value if when.period else None,
        not_on=when.not_on,
        limit=_most(turn),
    )


def _most(turn: Turn) -> int:
    """Titles are picked from what is found, so more of it is wanted."""
    wide = turn.wish.clinic is not None
    return turn.state.policy.limits.sessions if wide else _USUAL


def find_alternatives(turn: Turn) -> None:
    """Every free session of the department inside the booking window."""
    wish = turn.wish
    first, last = _window(turn)
    query = SessionQuery(
        hospital=wish.hospital or "",
        department=wish.department or "",
        from_date=first,
        to_date=last,
        limit=turn.state.policy.limits.sessions,
    )
    turn.go(Step.FINDING_ALTERNATIVES, FindSessions(ALTERNATIVES, query))


def _window(turn: Turn) -> tuple[dt.date, dt.date]:
    window = turn.state.window
    assert window is not None, "sessions are sought only once the hospital's window is known"
    return window
