"""What the caller wants to know, and of which hospital."""

from __future__ import annotations

from dialogs.answers import voice_answers
from dialogs.commands import KeepQuestion
from dialogs.events import Heard
from dialogs.flows import answers, tasks
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.repair import misunderstood
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.meaning import Task

_A_QUESTION = 4  # syllables: less is no question that somebody could answer later


def heard(turn: Turn, event: Heard) -> None:
    """An answer where one is known; what is not known twice is for a person."""
    said = event.understanding
    least = turn.state.policy.thresholds.task.accept
    best = next(iter(said.task), None)
    if answers.take(turn, said):
        return
    if best is not None and best.confidence >= least and best.value is not Task.FAQ:
        tasks.begin(turn, best.value, said)
        return
    if said.syllables >= _A_QUESTION:
        turn.do(KeepQuestion(said.text))
        if turn.state.strikes.get(Step.TOPIC):
            to_person(turn, Reason.NOT_HANDLED, "person_no_answer")
            return
    misunderstood(turn, event)


def hospital_heard(turn: Turn, event: Heard) -> None:
    """The hospital that the question is about, or another question."""
    said = event.understanding
    least = turn.state.policy.thresholds.hospital.accept
    named = next((each.value for each in said.hospital if each.confidence >= least), None)
    hospital = answers.hospital_called(turn.state, named)
    if hospital is not None:
        answers.tell(turn, voice_answers()[turn.state.topic], hospital)
    elif answers.asked_about(turn.state, said) is None or not answers.take(turn, said):
        misunderstood(turn, event)
