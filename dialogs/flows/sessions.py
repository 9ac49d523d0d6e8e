"""From the sessions found to one place: which part of the day, or what else there is."""

from __future__ import annotations

from collections.abc import Sequence

from booking_client.types import ClinicSession
from dialogs.commands import PlaceHold
from dialogs.events import SessionsFound
from dialogs.offers import PERIOD_ORDER, in_time, name_offer, nearest, session_offer
from dialogs.questions import ask
from dialogs.repair import missed_too_often
from dialogs.searching import find_alternatives
from dialogs.slots import reopen
from dialogs.state import OfferKind, State, Step
from dialogs.turn import Turn


def found_as_wished(turn: Turn, event: SessionsFound) -> None:
    """Take the earliest (the cheapest at the same time), ask for the part of the day where both
    are free, or look further where nothing is."""
    sessions = _still_open(turn.state, event.sessions)
    if not sessions:
        turn.say("time_full" if turn.wish.doctor is None else "doctor_full")
        find_alternatives(turn)
        return
    periods = sorted({session.period for session in sessions}, key=_period_order)
    if len(periods) > 1 and _period_matters(turn.state):
        name_offer(turn, OfferKind.PERIODS, periods)
        ask(turn)
        return
    hold(turn, min(sessions, key=in_time))


def found_alternatives(turn: Turn, event: SessionsFound) -> None:
    sessions = _still_open(turn.state, event.sessions)
    if not sessions:
        turn.say("nothing_free")
        if missed_too_often(turn):
            return
        reopen(turn, "department")
        turn.decide()
        return
    session_offer(turn, nearest(sessions, turn.wish, turn.state.policy.limits.choices))
    ask(turn)


def hold(turn: Turn, session: ClinicSession) -> None:
    """Date and period are agreed: take the place before the ID number is asked."""
    turn.set(session=session)
    turn.go(Step.HOLDING, PlaceHold(session.id))


def _still_open(state: State, sessions: Sequence[ClinicSession]) -> list[ClinicSession]:
    return [
        each
        for each in sessions
        if each.id not in state.refused_sessions and each.doctor not in state.refused_doctors
    ]


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
