"""Why the caller dialled, and the flow that does it: one row a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.turn import Turn
from grammars.meaning import Task, Understanding

# How a task's flow takes the turn: what was said with it may hold more than the task.
Flow = Callable[[Turn, Understanding], None]


def begin(turn: Turn, task: Task, said: Understanding) -> None:
    """Do what the caller wants; what no flow does, a person does."""
    turn.set(task=task, strikes={})
    FLOWS.get(task, _not_handled)(turn, said)


def _book(turn: Turn, said: Understanding) -> None:
    turn.decide()


def _not_handled(turn: Turn, said: Understanding) -> None:
    to_person(turn, Reason.NOT_HANDLED)


FLOWS: Mapping[Task, Flow] = {
    Task.BOOK: _book,
}
