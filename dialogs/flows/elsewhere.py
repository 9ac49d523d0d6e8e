"""A hospital that cannot be booked here: say so and ask again; nothing is put in its place."""

from __future__ import annotations

from dialogs import spoken
from dialogs.questions import ask
from dialogs.repair import missed_too_often
from dialogs.slots import fill, read, reopen
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding

_OPEN = (Step.TASK, Step.ANYTHING_ELSE)


def is_wanted(state: State, heard: Understanding) -> bool:
    """Whether `heard` asks for it. Who answers another question and tells of a hospital on the
    way ("省中医院说让我看骨科") asks for something else."""
    sure = state.policy.thresholds.hospital.accept
    named = any(each.confidence >= sure for each in heard.elsewhere[:1])
    if not named or heard.hospital:
        return False
    if state.step in _OPEN:
        return all(each.value is Task.BOOK for each in heard.task[:1])
    agrees = any(each.value is Answer.YES for each in heard.confirm[:1])
    answers = agrees or heard.choice or heard.id_number or read(state, heard)
    return state.step is Step.HOSPITAL or not answers


def say_so(turn: Turn, heard: Understanding) -> None:
    """Take what else was said and ask for the hospital."""
    place = heard.elsewhere[0].value
    if place.other_city:
        turn.say("other_city")
    else:
        turn.say("not_bookable", hospital=spoken.hospital(place.name))
    if turn.state.step is Step.ANYTHING_ELSE:
        ask(turn)
        return
    reopen(turn, "hospital")
    turn.set(check=None)
    fill(turn, read(turn.state, heard).sure)
    if not missed_too_often(turn):
        turn.decide()
