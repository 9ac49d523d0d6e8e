"""Words that may be a sign of danger to life (胸闷), or of despair if they were not misheard: one
question before anything else goes on."""

from __future__ import annotations

from dialogs.events import Heard
from dialogs.flows import crisis, filling
from dialogs.flows.transfer import to_person_in_danger
from dialogs.questions import ask
from dialogs.repair import misunderstood
from dialogs.slots import answer_of
from dialogs.state import Check, CheckKind, State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding

_MAY_NAME_A_WISH = frozenset(
    {Step.TASK, Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR, Step.DATE, Step.ANYTHING_ELSE}
)


def is_to_be_asked(state: State, said: Understanding) -> bool:
    return despair_is_doubted(state, said) or (said.perhaps_danger and _may_ask(state))


def despair_is_doubted(state: State, said: Understanding) -> bool:
    """在心里扩, which sounds like 心里苦 and is rather the end of a department: asked first."""
    limits = state.policy.thresholds
    doubted = said.confidence < limits.heard and not said.despair
    return doubted and _looks_for_help(said, limits.task.confirm) and _may_ask(state)


def _may_ask(state: State) -> bool:
    """Once a call; who is asked about something else answers that first."""
    return not state.danger_asked and state.step is not Step.CHECK


def _looks_for_help(said: Understanding, least: float) -> bool:
    best = next(iter(said.task), None)
    return best is not None and best.value is Task.CRISIS and best.confidence >= least


def ask_about(turn: Turn, said: Understanding) -> None:
    """您现在很难受吗？ What was said is kept for afterwards."""
    turn.set(danger_asked=True, check=Check(CheckKind.DANGER, turn.state.step, said=said))
    turn.go(Step.CHECK)
    ask(turn)


def heard(turn: Turn, event: Heard, check: Check) -> None:
    said, limits = event.understanding, turn.state.policy.thresholds
    answer = said.suffering or answer_of(said, limits.confirm, limits.margin)
    if answer is Answer.YES:
        say_yes(turn, check)
    elif answer is Answer.NO:
        go_on(turn, check)
    else:
        misunderstood(turn, event)


def say_yes(turn: Turn, check: Check) -> None:
    said = check.said
    if said is not None and _looks_for_help(said, 0.0) and not said.perhaps_danger:
        turn.set(check=None)
        crisis.begin(turn)
    else:
        to_person_in_danger(turn)


def go_on(turn: Turn, check: Check) -> None:
    """No danger: back to the question that was open, with what was said then."""
    assert check.said is not None, "the words that were asked about are kept"
    turn.set(check=None)
    turn.go(check.asked_at)
    turn.say("no_danger")
    if check.asked_at not in _MAY_NAME_A_WISH or not filling.take(turn, check.said):
        ask(turn)
