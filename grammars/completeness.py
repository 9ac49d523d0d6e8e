"""Is what was heard so far a whole answer? Decides how long a silence ends the turn."""

from __future__ import annotations

from collections.abc import Sequence

from grammars import id_number
from grammars.closed_list import heard
from grammars.fillers import ends_open
from grammars.meaning import Answer, Hypothesis, Scored, Slot, Understanding, Value
from grammars.question import Question
from grammars.understand import understand

_SURE = 0.6


def is_complete(question: Question, hypotheses: Sequence[Hypothesis]) -> bool:
    """True when the words so far answer `question` and nothing suggests that more will come.

    False for 6 of 18 digits, for "我想挂那个", for a lone 不 (a correction may
    follow) and for a day without its part of the day.
    """
    found = heard(hypotheses)
    if not found.rows:
        return False
    understood = understand(question, hypotheses)
    if understood.despair or (understood.command and understood.command[0].confidence >= _SURE):
        return True
    if question.expect is Slot.ID_NUMBER:
        return _id_complete(understood)
    text = found.best.text
    answered_last = any(text.endswith(scored.surface) for scored in understood.confirm[:1])
    if ends_open(text) and not (question.expect is Slot.CONFIRM and answered_last):
        return False
    return _answered(question.expect, understood)


def _answered(expect: Slot, understood: Understanding) -> bool:
    if understood.no_preference and expect in (Slot.DOCTOR, Slot.DATE, Slot.CHOICE):
        return True
    match expect:
        case Slot.HOSPITAL:
            return _sure(understood.hospital)
        case Slot.DEPARTMENT:
            return _sure(understood.department)
        case Slot.DOCTOR:
            return _sure(understood.doctor)
        case Slot.CHOICE:
            return _sure(understood.choice)
        case Slot.TASK:
            return _sure(understood.task)
        case Slot.CONFIRM:
            # A no is often the first half of a correction: leave it the longer silence.
            return _sure(understood.confirm) and understood.confirm[0].value is Answer.YES
        case Slot.DATE:
            return any(
                wish.confidence >= _SURE
                and (wish.value.earliest or (wish.value.date is not None and wish.value.period))
                for wish in understood.date
            )
        case _:
            return False


def _id_complete(understood: Understanding) -> bool:
    return any(
        scored.value.complete and len(scored.value.digits) == id_number.LENGTH
        for scored in understood.id_number[:1]
    )


def _sure(scored: Sequence[Scored[Value]]) -> bool:
    return bool(scored) and scored[0].confidence >= _SURE
