"""Which sessions a caller's title wish (专家号, 普通号) means."""

from __future__ import annotations

from booking_client.types import ClinicSession
from dialogs.state import State
from grammars.meaning import Clinic


def fits(state: State, session: ClinicSession) -> bool:
    """Whether the session is of the kind that is wished; any is, where none was."""
    return _fits(state, state.wish.clinic, session)


def is_held(state: State, clinic: Clinic) -> bool:
    """Whether the session that is chosen is of that kind already."""
    return state.session is not None and _fits(state, clinic, state.session)


def doctors_in_question(state: State) -> tuple[str, ...]:
    """Names of the department's doctors who are not refused and have the wished title."""
    clinic = state.wish.clinic
    return tuple(
        each.name
        for each in state.doctors or ()
        if each.name not in state.refused_doctors
        and (clinic is None or each.title in _titles(state, clinic))
    )


def _fits(state: State, clinic: Clinic | None, session: ClinicSession) -> bool:
    if clinic is None:
        return True
    if session.doctor is None:
        return clinic is Clinic.ORDINARY
    return session.doctor_title in _titles(state, clinic)


def _titles(state: State, clinic: Clinic) -> tuple[str, ...]:
    return state.policy.titles.get(clinic, ())
