"""Which hospital; then the departments it has."""

from __future__ import annotations

from dialogs.commands import FindDepartments
from dialogs.events import DepartmentsFound, Heard
from dialogs.flows import filling
from dialogs.offers import name_offer
from dialogs.questions import ask
from dialogs.repair import misunderstood
from dialogs.state import OfferKind, Step, likely_hospitals
from dialogs.turn import Turn


def heard(turn: Turn, event: Heard) -> None:
    if filling.take(turn, event.understanding):
        return
    if event.understanding.no_preference:
        names = [hospital.name for hospital in likely_hospitals(turn.state)]
        name_offer(turn, OfferKind.HOSPITALS, names)
        ask(turn)
    else:
        misunderstood(turn, event)


def find_departments(turn: Turn) -> None:
    turn.go(Step.FINDING_DEPARTMENTS, FindDepartments(turn.wish.hospital or ""))


def departments_found(turn: Turn, event: DepartmentsFound) -> None:
    turn.set(departments=event.departments, window=event.window)
    turn.decide()
