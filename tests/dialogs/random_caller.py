"""What a random caller says: anything, or what fits the question, or always the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from dialogs.state import Step
from grammars.meaning import (
    Answer,
    Clinic,
    Command,
    DateWish,
    DoctorWords,
    Elsewhere,
    Hypothesis,
    IdNumber,
    Period,
    PhoneNumber,
    Scored,
    Slot,
    Task,
    Understanding,
)
from tests.dialogs.random_world import (
    BIRTH_DATE,
    CODES,
    DEPARTMENTS,
    DOCTORS,
    HOSPITALS,
    LAST_FOURS,
    MANAGING,
    PHONES,
    READ_BACKS,
    TODAY,
    TOPICS,
    VALID_IDS,
)

_CONFIDENCES = (0.2, 0.35, 0.5, 0.62, 0.7, 0.8, 0.9, 1.0)
_ORDINARY_TASKS = [task for task in Task if task not in (Task.CRISIS, Task.OPERATOR)]
_STEERING = [command for command in Command if command is not Command.OPERATOR]


def chatter(chance: Random, choices: Sequence[str]) -> Understanding:
    """Anything that could be understood, usable or not, several things at once."""
    hospitals = [*(hospital.name for hospital in HOSPITALS), "不在表里的医院"]
    return Understanding(
        text=chance.choice(("", "我叫陈德安", "嗯", "那个什么", "好的")),
        confidence=chance.choice(_CONFIDENCES),
        task=_maybe(chance, lambda: chance.choice(_ORDINARY_TASKS)),
        hospital=_maybe(chance, lambda: chance.choice(hospitals)),
        department=_maybe(chance, lambda: chance.choice((*DEPARTMENTS, "疼痛科"))),
        doctor=_maybe(chance, lambda: chance.choice((*DOCTORS, "不在的人"))),
        date=_maybe(chance, lambda: _date(chance)),
        id_number=_maybe(chance, lambda: _id_number(chance)),
        last_four=_maybe(chance, lambda: chance.choice(LAST_FOURS)),
        for_whom=chance.choice(("您老伴", "孩子")) if chance.random() < 0.05 else None,
        as_before=chance.random() < 0.05,
        proof=_maybe(chance, lambda: chance.choice((BIRTH_DATE, *CODES, "1945", "23"))),
        confirm=_maybe(chance, lambda: chance.choice(list(Answer))),
        command=_maybe(chance, lambda: chance.choice(_STEERING)),
        choice=_maybe(chance, lambda: chance.choice(choices)) if choices else (),
        topic=_maybe(chance, lambda: chance.choice(TOPICS)),
        finished=chance.random() < 0.3,
        elsewhere=_maybe(chance, lambda: Elsewhere("江苏省中医院"))
        if chance.random() < 0.2
        else (),
        change=_maybe(chance, lambda: chance.choice(list(Slot))) if chance.random() < 0.3 else (),
        greeting=chance.random() < 0.05,
        no_preference=chance.random() < 0.15,
        doctor_words=_named_early(chance) if chance.random() < 0.1 else None,
        clinic=chance.choice(list(Clinic)) if chance.random() < 0.1 else None,
        refused=frozenset({chance.choice((*DEPARTMENTS, hospitals[0], "上午"))})
        if chance.random() < 0.1
        else frozenset(),
        card_of="您母亲" if chance.random() < 0.03 else None,
        noted=chance.random() < 0.05,
        unsure=_maybe(chance, lambda: chance.choice(list(Slot))) if chance.random() < 0.2 else (),
        asks_back=chance.random() < 0.05,
        several_periods=chance.random() < 0.05,
        backchannel=chance.random() < 0.15,
        restart=chance.random() < 0.1,
        keep=chance.random() < 0.03,
        despair=chance.random() < 0.01,
        perhaps_danger=chance.random() < 0.03,
        suffering=chance.choice((None, None, *Answer)),
    )


def _named_early(chance: Random) -> DoctorWords:
    said = chance.choice((*DOCTORS, "秦医生", "勤名月医生", "不在的人"))
    return DoctorWords((Hypothesis(said, 0.9),), chance.random() < 0.5)


def apt_answer(chance: Random, step: Step, choices: Sequence[str]) -> Understanding:
    """What a caller says who answers the question: chatter alone never gets far."""
    answers: dict[Step, Callable[[], dict[str, object]]] = {
        Step.TASK: lambda: _first_wish(chance),
        Step.HOSPITAL: lambda: {"hospital": chance.choice(HOSPITALS).name},
        Step.DEPARTMENT: lambda: {"department": chance.choice(DEPARTMENTS)},
        Step.DOCTOR: lambda: {"doctor": chance.choice(DOCTORS)},
        Step.DATE: lambda: {"date": _date(chance)},
        Step.OFFER: lambda: {"choice": chance.choice(choices)},
        Step.CHECK: lambda: {"confirm": chance.choice((Answer.YES, Answer.YES, Answer.NO))},
        Step.ID_NUMBER: lambda: _who(chance),
        Step.NAME: dict,
        Step.BOOKED: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.TOPIC: lambda: {"topic": chance.choice(TOPICS)},
        Step.TOPIC_HOSPITAL: lambda: {"hospital": chance.choice(HOSPITALS).name},
        Step.STATEMENT: dict,
        Step.SURVEY: lambda: {"choice": chance.choice(choices)},
        Step.REMARK: dict,
        Step.READ_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.PROOF: lambda: {
            "proof": chance.choice((BIRTH_DATE, BIRTH_DATE, CODES[0], "19000101"))
        },
        Step.CANCEL_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.CHANGE_BACK: lambda: {"confirm": chance.choice((*[Answer.YES] * 5, Answer.NO))},
        Step.ANYTHING_ELSE: lambda: {"task": chance.choice(MANAGING)},
        Step.CALLBACK: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.PHONE_NUMBER: lambda: {"phone": PhoneNumber(chance.choice(PHONES), True)},
        Step.PHONE_CHECK: lambda: {"confirm": chance.choice((Answer.YES, Answer.NO))},
        Step.CRISIS: dict,
    }
    found: dict[str, Any] = {
        slot: (Scored(value, 0.95),) for slot, value in answers[step]().items()
    }
    murmured = step in READ_BACKS and chance.random() < 0.1
    return Understanding("陈德安", 0.95, backchannel=murmured, **found)


def stubborn_answer(habit: float, step: Step, choices: Sequence[str]) -> Understanding:
    """The same to the same question, and a no (or what is heard as one) to every read-back."""
    if step in READ_BACKS:
        return Understanding("不意的", 0.11, confirm=(Scored(Answer.NO, 0.7 + habit / 4),))
    return apt_answer(Random(habit), step, choices)


def _who(chance: Random) -> dict[str, object]:
    if chance.random() < 0.5:
        return {"last_four": chance.choice(LAST_FOURS)}
    return {"id_number": IdNumber(VALID_IDS[0], True, True)}


def _first_wish(chance: Random) -> dict[str, object]:
    if chance.random() < 0.5:
        return {"task": chance.choice(MANAGING)}
    return {
        "hospital": chance.choice(HOSPITALS).name,
        "department": chance.choice(DEPARTMENTS),
    }


def _maybe(chance: Random, draw: Callable[[], Any]) -> tuple[Scored[Any], ...]:
    if chance.random() < 0.65:
        return ()
    found = [Scored(draw(), chance.choice(_CONFIDENCES)) for _ in range(chance.randint(1, 3))]
    return tuple(sorted(found, key=lambda scored: -scored.confidence))


def _date(chance: Random) -> DateWish:
    return DateWish(
        date=chance.choice((None, TODAY + dt.timedelta(days=chance.randint(-2, 12)))),
        period=chance.choice((None, *Period)),
        earliest=chance.random() < 0.3,
        not_on=frozenset({2}) if chance.random() < 0.2 else frozenset(),
        not_before=TODAY + dt.timedelta(days=chance.randint(1, 12))
        if chance.random() < 0.1
        else None,
    )


def _id_number(chance: Random) -> IdNumber:
    if chance.random() < 0.5:
        return IdNumber(VALID_IDS[0][: chance.randint(1, 17)], False, False)
    valid, mended = chance.random() < 0.5, chance.random() < 0.5
    return IdNumber(chance.choice(VALID_IDS), True, valid, mended and valid)
