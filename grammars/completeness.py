"""Is what was heard so far a whole answer? Decides how long a silence ends the turn."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from grammars import id_number
from grammars.fillers import ends_open
from grammars.meaning import Answer, Scored, Slot, Understanding, Value
from grammars.question import Question
from grammars.spoken import plain

_SURE = 0.6


class Completeness(Enum):
    """COMPLETE: a whole, unambiguous answer. OPEN: plainly unfinished. UNSURE: anything else."""

    COMPLETE = "complete"
    UNSURE = "unsure"
    OPEN = "open"


def completeness(question: Question, understanding: Understanding, text: str) -> Completeness:
    """Whether the words so far answer `question` and whether more is bound to come.

    `understanding` is what they mean so far, `text` the likeliest hypothesis as the
    recogniser wrote it.
    """
    row = plain(text)
    if not row:
        return Completeness.UNSURE
    if understanding.despair:
        return Completeness.COMPLETE
    if understanding.command and understanding.command[0].confidence >= _SURE:
        return Completeness.COMPLETE
    if question.expect is Slot.ID_NUMBER:
        return _id_number(understanding)
    answered_last = any(row.endswith(scored.surface) for scored in understanding.confirm[:1])
    if ends_open(row) and not (question.expect is Slot.CONFIRM and answered_last):
        return Completeness.OPEN
    answered = _answered(question.expect, understanding)
    return Completeness.COMPLETE if answered else Completeness.UNSURE


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


def _id_number(understanding: Understanding) -> Completeness:
    """Open until all 18 digits are there."""
    if not understanding.id_number:
        return Completeness.UNSURE
    number = understanding.id_number[0].value
    if number.complete and len(number.digits) == id_number.LENGTH:
        return Completeness.COMPLETE
    return Completeness.OPEN


def _sure(scored: Sequence[Scored[Value]]) -> bool:
    return bool(scored) and scored[0].confidence >= _SURE
