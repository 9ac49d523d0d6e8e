"""From the sessions found to one place: which part of the day, or what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from booking_client.types import ClinicSession
from dialogs import clinics
from dialogs.commands import Fragment, PlaceHold
from dialogs.events import AlternativesFound, SessionsFound
from dialogs.flows import change
from dialogs.offers import (
    PERIOD_ORDER,
    hospitals_offer,
    in_time,
    name_offer,
    nearest,
    session_offer,
)
from dialogs.outcomes import Reason
from dialogs.questions import ask
from dialogs.repair import ask_next, missed_too_often
from dialogs.searching import find_alternatives, find_nearest
from dialogs.slots import reopen
from dialogs.state import OfferKind, State, Step, Wish
from dialogs.turn import Turn
from grammars.meaning import DateWish


def found_as_wished(turn: Turn, event: SessionsFound) -> None:
    """Take the earliest (the cheapest at the same time), ask for the part of the day where both
    are free, or look further where nothing is."""
    sessions = _as_titled(turn.state, _still_open(turn.state, event.sessions))
    if not sessions:
        if turn.wish.clinic is not None and turn.wish.doctor is None:
            turn.say("clinic_full", clinic=_called(turn))
        elif not _asks_for_any(turn.wish):
            turn.say("time_full" if turn.wish.doctor is None else "doctor_full")
        find_nearest(turn)
        return
    periods = sorted({session.period for session in sessions}, key=_period_order)
    if len(periods) > 1 and _period_matters(turn.state):
        name_offer(turn, OfferKind.PERIODS, periods)
        ask_next(turn)
        return
    hold(turn, min(sessions, key=in_time))


def found_nearest(turn: Turn, event: AlternativesFound) -> None:
    """Three of different kinds are a choice; else free sessions of the department fill it up."""
    near = _as_titled(
        turn.state, _still_open(turn.state, [each.session for each in event.alternatives])
    )
    turn.set(nearest=tuple(near))
    if len(near) < turn.state.policy.limits.choices:
        find_alternatives(turn)
    else:
        session_offer(turn, near)
        ask_next(turn, Reason.NOTHING_SUITS)


def found_alternatives(turn: Turn, event: SessionsFound) -> None:
    most = turn.state.policy.limits.choices
    near = turn.state.nearest
    free = _still_open(turn.state, event.sessions)
    titled = _as_titled(turn.state, free)
    if not (near or titled) and free:
        turn.say("clinic_none", clinic=_called(turn))  # and what there is instead is offered
        turn.set(wish=replace(turn.wish, clinic=None))
        titled = free
    others = [each for each in titled if not any(_told_alike(each, other) for other in near)]
    sessions = (*near, *nearest(others, turn.wish, most - len(near)))
    if not sessions:
        turn.say("nothing_free")
        if turn.state.chosen is not None:
            change.keep(turn)
            return
        if not missed_too_often(turn):
            _look_elsewhere(turn)
        return
    session_offer(turn, sessions)
    ask_next(turn, Reason.NOTHING_SUITS)


def _look_elsewhere(turn: Turn) -> None:
    """The department has nothing at all: another hospital that has it, or another department."""
    here, department = turn.wish.hospital, turn.wish.department or ""
    others = [each for each in turn.state.hospitals_with.get(department, ()) if each != here]
    if others:
        hospitals_offer(turn, department, others)
        ask(turn)
    else:
        reopen(turn, "department")
        turn.decide()


def _asks_for_any(wish: Wish) -> bool:
    """The earliest, by whomever: that nothing is free is said once."""
    return wish.doctor is None and wish.clinic is None and wish.date == DateWish(earliest=True)


def hold(turn: Turn, session: ClinicSession) -> None:
    """Date and period are agreed: take the place before the ID number is asked. A booking that is
    changed keeps its own place until the yes."""
    turn.set(session=session, overwritten=0)
    if turn.state.chosen is not None:
        turn.decide()
        return
    turn.go(Step.HOLDING, PlaceHold(session.id))


def _told_alike(one: ClinicSession, other: ClinicSession) -> bool:
    """Whether a caller hears the same: hospital, day and part of the day."""
    return (one.hospital, one.date, one.period) == (other.hospital, other.date, other.period)


def _still_open(state: State, sessions: Sequence[ClinicSession]) -> list[ClinicSession]:
    return [
        each
        for each in sessions
        if each.id not in state.refused_sessions
        and each.doctor not in state.refused_doctors
        and (state.chosen is None or each.id != state.chosen.session.id)
    ]


def _as_titled(state: State, sessions: Sequence[ClinicSession]) -> list[ClinicSession]:
    """Of the title that is wished. Who has named a doctor wants that one above all."""
    if state.wish.doctor is not None:
        return list(sessions)
    return [each for each in sessions if clinics.fits(state, each)]


def _called(turn: Turn) -> tuple[Fragment, ...]:
    assert turn.wish.clinic is not None, "what is missing has a name only where it was wished"
    return (Fragment(turn.state.wording.clinics[turn.wish.clinic]),)


def _period_matters(state: State) -> bool:
    date = state.wish.date
    return (
        date is not None
        and date.date is not None
        and date.period is None
        and not state.wish.any_period
    )


def _period_order(period: str) -> int:
    return PERIOD_ORDER.get(period, 9)
