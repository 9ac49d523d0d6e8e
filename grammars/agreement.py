"""Two opinions on one answer, brought together: what was written and what the sound says.

A log-linear pool (Genest & Zidek 1986): each value's log-odds are a weighted sum of the log
of its written confidence and of its distance in the sound; "none of these" takes part with
what the written opinion leaves over and with the distance that a true answer has as a rule,
and is the less likely the more one value stands out from the others in the sound.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grammars.data_files import AgreementWeights, agreement_data
from grammars.evidence import Evidence, Fitted
from grammars.meaning import Answer, Scored, Slot, Understanding, Value

LEAST = 0.01  # written confidence of a value that was not written at all
_REPORTED = 0.02
_MOST = 5
_FAR_APART = 10.0  # nats; more is not surer
_SURE_NO = 0.9  # a written no is never outvoted into a yes


def agreed(understanding: Understanding, evidence: Evidence) -> Understanding:
    """The understanding with its slot's values weighed again; everything else stays."""
    slot = evidence.slot
    written: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    if slot is Slot.DATE and _beyond_the_list(written, evidence.fits):
        return understanding
    pooled = pool(written, evidence.fits, agreement_data().weights[slot])
    if slot is Slot.CONFIRM and _outvoted(written, pooled):
        return understanding
    changed: dict[str, Any] = {slot.value: pooled}
    return replace(understanding, **changed)


def pool(
    written: Sequence[Scored[Value]], fits: Mapping[Value, Fitted], weights: AgreementWeights
) -> tuple[Scored[Value], ...]:
    """The values in question, best first, with probabilities; what is left is for "none"."""
    said = {scored.value: scored for scored in written}
    values = list(dict.fromkeys((*said, *fits)))
    odds = [
        log_odds(
            said[value].confidence if value in said else 0.0,
            fits[value].behind if value in fits else -math.inf,
            weights,
        )
        for value in values
    ]
    none = none_odds(
        sum(scored.confidence for scored in written),
        [fitted.behind for fitted in fits.values()],
        weights,
    )
    top = max((none, *odds))
    total = math.exp(none - top) + sum(math.exp(each - top) for each in odds)
    pooled = [
        Scored(
            value,
            round(math.exp(each - top) / total, 4),
            said[value].surface if value in said else fits[value].said,
        )
        for value, each in zip(values, odds, strict=True)
    ]
    pooled.sort(key=lambda scored: -scored.confidence)
    return tuple(s for s in pooled[:_MOST] if s.confidence >= _REPORTED)


def log_odds(confidence: float, behind: float, weights: AgreementWeights) -> float:
    """Of one value; `behind` -inf where the sound knows nothing of it."""
    distance = max(behind, -weights.furthest)
    return weights.written * math.log(max(confidence, LEAST)) + weights.sound * distance


def none_odds(written: float, behind: Sequence[float], weights: AgreementWeights) -> float:
    """Of "none of these"; `written` is the written confidence of all values together, `behind`
    their distances."""
    left = 1 - min(1.0, written)
    nearest = sorted((max(each, -weights.furthest) for each in behind), reverse=True)
    first, second, *_ = [*nearest, -weights.furthest, -weights.furthest]
    return (
        weights.written * math.log(max(left, LEAST))
        - weights.sound * weights.expected
        - weights.outstanding * min(first - second, _FAR_APART)
    )


def _beyond_the_list(written: Sequence[Scored[Hashable]], fits: Mapping[Hashable, Fitted]) -> bool:
    """A day, or a wish (越快越好), that the list of days does not hold: nothing to compare."""
    return bool(written) and written[0].value not in fits


def _outvoted(written: Sequence[Scored[Hashable]], pooled: Sequence[Scored[Hashable]]) -> bool:
    """Never a yes for a no that was written in so many words."""
    return bool(
        written
        and pooled
        and written[0].value is Answer.NO
        and written[0].confidence >= _SURE_NO
        and pooled[0].value is Answer.YES
    )
