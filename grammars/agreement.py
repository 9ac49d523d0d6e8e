"""Two opinions on one answer, brought together: what was written and what the sound says.

A log-linear pool (Genest & Zidek 1986): each value's log-odds are a weighted sum of the log
of its written confidence and of its distance in the sound; "none of these" takes part with
what the written opinion leaves over and with the distance that a true answer has as a rule,
and is the less likely the more one value stands out from the others in the sound and the
better it fits the sound at all.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grammars.confirm import asks
from grammars.evidence import Evidence, Fitted
from grammars.fitted_data import AgreementWeights, agreement_data
from grammars.meaning import (
    Answer,
    Command,
    DateWish,
    Hypothesis,
    Scored,
    Slot,
    Task,
    Understanding,
)
from grammars.phrases import is_ruled_out
from grammars.question import Question
from grammars.sound_limits import bounded, doubted, is_torn, may_answer
from grammars.spoken import plain
from grammars.word_lists import answer_list, value_of

LEAST = 0.01  # written confidence of a value that was not written at all
_REPORTED = 0.02
_MOST = 5
_UNCLEAR, _CLEAR = -3.0, 1.5  # nats per token; beyond these it says no more
_FAR_APART = 10.0  # nats; more is not surer
_WORDS = (Slot.TASK, Slot.COMMAND)
_PLAINLY = 0.9  # 我要挂 in a long sentence was said in so many words, whatever stands around it
_CLEARLY = 0.5  # nats per token; of foreign speech and noise one in forty
_NAMED = 0.6  # a name or a day that is likelier than not
_SHORT_ANSWER = 8  # syllables
_FITS = 6.0  # nats; who is no further behind the best text may well have been said


def agreed(question: Question, understanding: Understanding, evidence: Evidence) -> Understanding:
    """The understanding with its slot's values weighed again; everything else stays.

    The sound chooses among answers. It does not undo what was understood in another way
    (a place in the list, a complaint, a day beyond the list, 随便), and what it alone knows is
    never sure: it is to be asked back, and a yes it knows is too unsure to decide anything.
    """
    slot = evidence.slot
    written: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    if understanding.elsewhere:
        return understanding
    if understanding.no_preference and not written and not _near(evidence):
        return understanding
    if slot is Slot.CONFIRM and not written and asks(plain(understanding.text)):
        return understanding
    if not evidence.placed and _stands_as_written(understanding, slot):
        return understanding
    if slot is Slot.CONFIRM and is_torn(understanding, evidence):
        written = ()
    if slot is Slot.DATE:
        written = _without_lost_days(written, evidence.fits)
    if written and not _weighable(question, written[0], evidence.fits):
        return doubted(understanding, evidence)
    if slot in _WORDS and written and written[0].confidence >= _PLAINLY:
        return understanding
    pooled = pool(written, evidence, agreement_data().weights[slot])
    if slot is Slot.CONFIRM and not may_answer(written, pooled):
        return doubted(understanding, evidence)
    if slot is Slot.CONFIRM and not written and _yes_beside_a_name(understanding, pooled):
        return understanding
    if slot is Slot.TASK and not written:
        pooled = _without_ruled_out(pooled, plain(understanding.text))
    changed: dict[str, Any] = {slot.value: pooled}
    best = evidence.fits.get(pooled[0].value) if pooled else None
    clear = best is not None and best.behind >= -_FITS and evidence.clearest >= _CLEARLY
    # 我要遇见 (我要预约) sounds like a complaint: what was spelled otherwise is asked back.
    spelled = bool(written) and (slot is not Slot.TASK or written[0].confidence >= _PLAINLY)
    after = replace(understanding, **changed, by_sound=None if spelled else slot, clear=clear)
    return doubted(bounded(after), evidence)


def _stands_as_written(understanding: Understanding, slot: Slot) -> bool:
    """不是的 before 我要鼓楼医院, 明天上午 said twice: the sentences that the sound was asked about
    replace all of it and fit none, so what was plainly written stands. A yes needs the sound."""
    written: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    if not written or written[0].confidence < _PLAINLY:
        return False
    no = written[0].value is Answer.NO and understanding.syllables > _SHORT_ANSWER
    return slot is Slot.DATE or no


def _yes_beside_a_name(understanding: Understanding, pooled: Sequence[Scored[Hashable]]) -> bool:
    """Whether a yes that nobody wrote stands beside a name or a day: that is rather a correction,
    and the sound of 是的 is in 不是的，我要儿童医院 as well."""
    named = (understanding.hospital, understanding.department, understanding.doctor)
    sure = any(best.confidence >= _NAMED for each in (*named, understanding.date) for best in each)
    return sure and any(each.value is Answer.YES for each in pooled[:1])


def _without_ruled_out(
    pooled: tuple[Scored[Hashable], ...], text: str
) -> tuple[Scored[Hashable], ...]:
    """我是退休的 was written: no 退号, however alike that sounds."""
    return tuple(
        each
        for each in pooled
        if not (isinstance(each.value, Task) and is_ruled_out(each.value, text))
    )


def _near(evidence: Evidence) -> bool:
    """Whether any value may well have been said: of five doctors' names one always stands out."""
    return any(fitted.behind >= -_FITS for fitted in evidence.fits.values())


def pool(
    written: Sequence[Scored[Hashable]], evidence: Evidence, weights: AgreementWeights
) -> tuple[Scored[Hashable], ...]:
    """The values in question, best first, with probabilities; what is left is for "none"."""
    fits = evidence.fits
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
        evidence.clearest,
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


def none_odds(
    written: float, behind: Sequence[float], clearest: float, weights: AgreementWeights
) -> float:
    """Of "none of these"; `written` is the written confidence of all values together, `behind`
    their distances, `clearest` as in Evidence."""
    left = 1 - min(1.0, written)
    nearest = sorted((max(each, -weights.furthest) for each in behind), reverse=True)
    first, second, *_ = [*nearest, -weights.furthest, -weights.furthest]
    return (
        weights.written * math.log(max(left, LEAST))
        - weights.sound * weights.expected
        - weights.outstanding * min(first - second, _FAR_APART)
        - weights.clear * min(max(clearest, _UNCLEAR), _CLEAR)
    )


def _weighable(question: Question, best: Scored[Hashable], fits: Mapping[Hashable, Fitted]) -> bool:
    """Whether the written answer was found by a phrase of the list, so that its rivals are the
    sentences that were scored; and no word for help, which nothing outvotes."""
    if best.value in (Task.CRISIS, Task.OPERATOR, Command.OPERATOR) or best.value not in fits:
        return False
    answers = answer_list(question)
    if answers is None:
        return False
    found = answers.names.match([Hypothesis(best.surface, 1.0)])
    return any(value_of(answers, each.value) == best.value for each in found)


def _without_lost_days(
    written: tuple[Scored[Hashable], ...], fits: Mapping[Hashable, Fitted]
) -> tuple[Scored[Hashable], ...]:
    """晚上 was written and fits the sound of nothing, 今儿晚上 does: the day was not written."""
    if not written:
        return written
    best = written[0].value
    if not isinstance(best, DateWish) or best.date or not best.period or best in fits:
        return written
    whole = any(
        isinstance(wish, DateWish)
        and wish.date is not None
        and wish.period is best.period
        and fitted.behind >= -_FITS
        for wish, fitted in fits.items()
    )
    return written[1:] if whole else written
