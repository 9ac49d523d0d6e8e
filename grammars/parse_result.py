"""An understanding as the command line prints it: value, confidence, alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grammars.meaning import DateWish, IdNumber, PhoneNumber, Scored, Slot, Understanding
from grammars.question import Question

_MOST_ALTERNATIVES = 4
_LIKELIER_THAN_NOT = 0.5
_MENDED = 0.6  # a number in which a digit was replaced


def parse_result(question: Question, understanding: Understanding) -> dict[str, Any]:
    """`value` (None where nothing fits), `confidence` (0..1) and `alternatives`, best first.

    Names are canonical; a date is {date, session}, both None for "as soon as
    possible", with not_before and not_after where only the limits were named; an ID number
    is its characters, reported as the value only when it is whole and more likely right than
    wrong.
    """
    scored = _for_slot(question.expect, understanding)
    if question.expect is Slot.ID_NUMBER:
        return _id_result(understanding.id_number)
    if question.expect is Slot.PHONE:
        scored = [each for each in understanding.phone if each.value.complete]
    if not scored:
        return {"value": None, "confidence": 0.0, "alternatives": []}
    entries = [(plain(entry.value), entry.confidence) for entry in scored]
    value, confidence = entries[0]
    return {
        "value": value,
        "confidence": confidence,
        "alternatives": [_alternative(*entry) for entry in entries[1 : 1 + _MOST_ALTERNATIVES]],
    }


def _for_slot(slot: Slot, understanding: Understanding) -> Sequence[Scored[Any]]:
    match slot:
        case Slot.TASK:
            return understanding.task
        case Slot.HOSPITAL:
            return understanding.hospital
        case Slot.DEPARTMENT:
            return understanding.department
        case Slot.DOCTOR:
            return understanding.doctor
        case Slot.DATE:
            return understanding.date
        case Slot.CONFIRM:
            return understanding.confirm
        case Slot.COMMAND:
            return understanding.command
        case Slot.CHOICE:
            return understanding.choice
        case Slot.TOPIC:
            return understanding.topic
        case _:
            return ()


def plain(value: object) -> object:
    """A value of a slot as it is printed."""
    if isinstance(value, DateWish):
        limits = {"not_before": value.not_before, "not_after": value.not_after}
        return {
            "date": value.date.isoformat() if value.date else None,
            "session": value.period.value if value.period else None,
            **{name: day.isoformat() for name, day in limits.items() if day},
        }
    return value.digits if isinstance(value, PhoneNumber) else str(value)


def _id_result(numbers: Sequence[Scored[IdNumber]]) -> dict[str, Any]:
    usable = [
        scored
        for scored in numbers
        if scored.value.complete
        and (scored.value.valid or len(scored.value.digits) < 18)
        and scored.confidence >= (_MENDED if scored.value.mended else _LIKELIER_THAN_NOT)
    ]
    best = usable[0] if usable else None
    others = [scored for scored in numbers if scored is not best][:_MOST_ALTERNATIVES]
    return {
        "value": best.value.digits if best else None,
        "confidence": best.confidence if best else 0.0,
        "alternatives": [_alternative(other.value.digits, other.confidence) for other in others],
    }


def _alternative(value: object, confidence: float) -> dict[str, object]:
    return {"value": value, "confidence": confidence}
