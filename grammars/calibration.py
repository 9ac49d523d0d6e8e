"""Confidence that means something: how often an answer with this score was right.

Platt's method (Platt 1999): the log-odds of the raw score pass through a line that was
fitted, per engine and slot, to speech that measures nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from grammars.fitted_data import CalibrationLine, calibration_data
from grammars.meaning import Scored, Slot, Understanding, Value

_LEAST = 1e-3  # log-odds of 0 and 1 have no end


def calibrated(understanding: Understanding, engine: str) -> Understanding:
    """The same meaning with calibrated confidences.

    An engine or slot without a fitted line (typed text, for one) is left as it is.
    """
    lines = calibration_data().engines.get(engine)
    if lines is None:
        return understanding
    return replace(
        understanding,
        task=_list(understanding.task, lines.get(Slot.TASK)),
        hospital=_list(understanding.hospital, lines.get(Slot.HOSPITAL)),
        department=_list(understanding.department, lines.get(Slot.DEPARTMENT)),
        doctor=_list(understanding.doctor, lines.get(Slot.DOCTOR)),
        date=_list(understanding.date, lines.get(Slot.DATE)),
        id_number=_list(understanding.id_number, lines.get(Slot.ID_NUMBER)),
        confirm=_list(understanding.confirm, lines.get(Slot.CONFIRM)),
        command=_list(understanding.command, lines.get(Slot.COMMAND)),
        choice=_list(understanding.choice, lines.get(Slot.CHOICE)),
    )


def probability(line: CalibrationLine, score: float) -> float:
    """How often a score was right; grows with the score."""
    inside = min(1 - _LEAST, max(_LEAST, score))
    odds = line.slope * math.log(inside / (1 - inside)) + line.shift
    return 1 / (1 + math.exp(-odds))


def _list(
    scored: tuple[Scored[Value], ...], line: CalibrationLine | None
) -> tuple[Scored[Value], ...]:
    """The best by the line; what is left of certainty is shared among the others as before."""
    if line is None or not scored:
        return scored
    best = scored[0]
    sure = probability(line, best.confidence)
    left = (1 - sure) / max(1 - best.confidence, _LEAST)
    return (
        replace(best, confidence=round(sure, 4)),
        *_rest(scored[1:], min(left, 1.0), sure),
    )


def _rest(scored: Sequence[Scored[Value]], left: float, most: float) -> list[Scored[Value]]:
    return [
        replace(other, confidence=round(min(other.confidence * left, most), 4)) for other in scored
    ]
