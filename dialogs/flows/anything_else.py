"""What the caller wanted is done: goodbye, or one more thing."""

from __future__ import annotations

import re

from dialogs.commands import Fragment
from dialogs.events import Heard, NothingHeard
from dialogs.flows import greeting, tasks
from dialogs.flows.ending import ask_anything_else, farewell
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Reason
from dialogs.questions import offers_to_book
from dialogs.repair import misunderstood, nothing_heard, strike
from dialogs.slots import answer_of, read
from dialogs.state import Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding
from grammars.spoken import plain

# Of the booking that was not found.
_MISSES = re.compile(
    "不对|不可能|不会吧|怎么(?:会|可能)?没|不是这|我约了|刚约|刚挂|昨天(?:才|刚)?[约挂]"
)
_THAT_IS_ALL = re.compile(
    "(?:[嗯好那啊的]|谢谢)*就?(?:这些|这样|这么多|这个事|这事)[了吧啊的]*(?:谢谢.*)?"
)
Fragments = tuple[Fragment, ...]


def after(turn: Turn, statement: str, **holes: Fragments) -> None:
    """What was agreed to is done or refused: say so and ask, unless the caller hung up meanwhile or
    wants a person."""
    person = turn.state.person_after_confirm
    if turn.state.hung_up:
        turn.go(Step.ENDED)
        return
    turn.say(statement, barge_in=False, pause=0.0, **holes)
    if person is not None:
        to_person(turn, person, "booked_then_person")
    else:
        ask_anything_else(turn)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.confirm, limits.margin)
    plain_no = answer is Answer.NO and not _names_a_task_as_surely(turn, said)
    if not plain_no and (said.task or said.topic or read(turn.state, said)):
        tasks.start_afresh(turn)
        turn.go(Step.TASK)
        greeting.heard(turn, event)
    elif turn.state.achieved is None and _MISSES.search(said.text):
        to_person(turn, Reason.NOT_HANDLED)
    elif answer is Answer.NO or said.noted or _THAT_IS_ALL.fullmatch(plain(said.text)):
        farewell(turn)
    elif answer is Answer.YES and offers_to_book(turn.state):
        tasks.begin(turn, Task.BOOK, said)
    elif answer is Answer.YES:
        strike(turn, None)
    elif not _ends_without_a_word(turn):
        misunderstood(turn, event)


def _names_a_task_as_surely(turn: Turn, said: Understanding) -> bool:
    """取消 is a wish as well as a no; 不用了, which in a lesser hypothesis is 不约了, is a no."""
    if offers_to_book(turn.state):
        return False
    no = said.confirm[0].confidence
    task = any(each.confidence >= no for each in said.task[:1])
    return task or any(each.confidence >= no for each in said.topic[:1])


def nothing(turn: Turn, event: NothingHeard) -> None:
    if not _ends_without_a_word(turn):
        nothing_heard(turn, event)


def _ends_without_a_word(turn: Turn) -> bool:
    """Who has what they wanted and says nothing to this twice needs no person."""
    if not turn.state.strikes.get(Step.ANYTHING_ELSE):
        return False
    farewell(turn)
    return True
