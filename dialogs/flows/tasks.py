"""Why the caller dialled, and the flow that does it: one row a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dialogs.flows import answers, statement, survey
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.questions import ask
from dialogs.slots import drop_session, fill, read
from dialogs.state import Check, CheckKind, Filling, Step, Wish
from dialogs.turn import Turn
from grammars.meaning import Task, Understanding

# How a task's flow takes the turn: what was said with it may hold more than the task.
Flow = Callable[[Turn, Understanding], None]


def begin(turn: Turn, task: Task, said: Understanding) -> None:
    """Do what the caller wants; what no flow does, a person does."""
    start_afresh(turn)
    turn.set(task=task, doctor_words=said.doctor_words)
    FLOWS.get(task, _not_handled)(turn, said)


def ask_whether(turn: Turn, task: Task, said: Understanding) -> None:
    """您是想查报告，对吗？ before what is going on is left."""
    strikes = {step: n for step, n in turn.state.strikes.items() if step is not Step.CHECK}
    check = Check(CheckKind.TASK, turn.state.step, task=task, said=said)
    turn.set(check=check, strikes=strikes)
    turn.go(Step.CHECK)
    ask(turn)


def start_afresh(turn: Turn) -> None:
    """Forget what the last task was about; who calls stays known."""
    drop_session(turn)
    turn.set(
        task=None,
        wish=Wish(),
        departments=None,
        window=None,
        doctors=None,
        doctor_words=None,
        coming=None,
        chosen=None,
        named=Filling(),
        strikes={},
        steering=0,
        overwritten=0,
        day_before=None,
        not_meant=(),
        not_wanted=None,
        misses=0,
        refusals=0,
        topic="",
        survey=(),
    )


def _book(turn: Turn, said: Understanding) -> None:
    turn.decide()


def _health_certificate(turn: Turn, said: Understanding) -> None:
    """健康证: an examination that is booked like any department, with whichever doctor is there."""
    department = turn.state.policy.health_certificate
    fill(turn, replace(read(turn.state, said).sure, department=department, any_doctor=True))
    turn.decide()


def _manage(turn: Turn, said: Understanding) -> None:
    """A booking that exists: the task's agenda asks who calls first."""
    turn.set(named=read(turn.state, said).sure)
    turn.decide()


def _consult(turn: Turn, said: Understanding) -> None:
    if not answers.take(turn, said):
        statement.begin(turn, said)


def _not_handled(turn: Turn, said: Understanding) -> None:
    to_person(turn, Reason.NOT_HANDLED)


FLOWS: Mapping[Task, Flow] = {
    Task.BOOK: _book,
    Task.HEALTH_CERTIFICATE: _health_certificate,
    Task.QUERY: _manage,
    Task.CANCEL: _manage,
    Task.CHANGE: _manage,
    Task.RESULTS: _manage,
    Task.FAQ: answers.begin,
    Task.CONSULT: _consult,
    Task.COMPLAINT: statement.begin,
    Task.SURVEY: survey.begin,
}
