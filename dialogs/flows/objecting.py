"""不对 right after what was taken had been said back (好的，袁医生，您想哪天来看？): that is wrong,
and is asked for again; of several, which one."""

from __future__ import annotations

import re

from dialogs.offers import change_offer
from dialogs.outcomes import Reason
from dialogs.questions import ask
from dialogs.repair import Fault, missed_too_often
from dialogs.slots import answer_of, read, reopen
from dialogs.state import State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Understanding

_AT = frozenset({Step.DEPARTMENT, Step.DOCTOR, Step.DATE, Step.ID_NUMBER})
_WRONG = re.compile("不对|错")  # 没有 and 不要 answer the question itself


def is_meant(state: State, said: Understanding, said_back: frozenset[str]) -> bool:
    """`said_back`: the slots whose values came with the question that is being answered."""
    limits = state.policy.thresholds
    if not said_back or state.step not in _AT or read(state, said) or said.refused:
        return False
    no = answer_of(said, limits.confirm, limits.margin) is Answer.NO
    return no and bool(_WRONG.search(said.confirm[0].surface))


def begin(turn: Turn, said_back: frozenset[str]) -> None:
    if missed_too_often(turn, Reason.TWO_STRIKES):
        return
    turn.say_fault(Fault.SAID_NO.value)
    if len(said_back) == 1:
        reopen(turn, *said_back)
        turn.decide()
    else:
        change_offer(turn)
        ask(turn)
