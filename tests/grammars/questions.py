"""Questions as the dialogue asks them, with the platform's lists and invented doctors."""

from __future__ import annotations

import datetime as dt
from functools import cache

from grammars.closed_list import ClosedList
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Hypothesis, Slot, Understanding
from grammars.question import Question
from grammars.understand import understand

TODAY = dt.date(2026, 11, 24)  # a Tuesday

DOCTORS = (
    *("王建国", "张丽华", "李明", "李晓东", "陈秀英", "刘洋", "赵文博", "曾国强", "单雪梅"),
    *("周一鸣", "吴桂兰", "徐志远", "孙海燕", "马超", "朱红", "胡斌", "郭静怡", "林长生", "何乐乐"),
)


@cache
def hospitals() -> ClosedList:
    return ClosedList(hospital_candidates())


@cache
def departments() -> ClosedList:
    return ClosedList(department_candidates())


@cache
def doctors() -> ClosedList:
    return ClosedList(Candidate(name) for name in DOCTORS)


@cache
def offered() -> ClosedList:
    return ClosedList(Candidate(name) for name in ("心血管内科", "呼吸内科", "消化内科"))


def question(expect: Slot, *, id_so_far: str = "", today: dt.date = TODAY) -> Question:
    return Question(
        expect,
        today,
        hospitals=hospitals(),
        departments=departments(),
        doctors=doctors() if expect is Slot.DOCTOR else None,
        choices=offered() if expect is Slot.CHOICE else None,
        id_so_far=id_so_far,
    )


def n_best(text: str) -> list[Hypothesis]:
    """ "对|不对" -> two hypotheses, the first the more likely."""
    return [Hypothesis(t, 0.9 - 0.1 * rank) for rank, t in enumerate(text.split("|"))]


def understood(expect: Slot, text: str, *, id_so_far: str = "") -> Understanding:
    return understand(question(expect, id_so_far=id_so_far), n_best(text))
