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

from grammars.confirm import NEGATED, asks
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
from grammars.question import Question
from grammars.spoken import plain
from grammars.word_lists import answer_list, value_of

LEAST = 0.01  # written confidence of a value that was not written at all
_REPORTED = 0.02
_MOST = 5
_UNCLEAR, _CLEAR = -3.0, 1.5  # nats per token; beyond these it says no more
_FAR_APART = 10.0  # nats; more is not surer
_WORDS = (Slot.TASK, Slot.COMMAND)
_PLAINLY = 0.9  # 我要挂 in a long sentence was said in so many words, whatever stands around it
SOUND_ALONE = 0.7
"""The most that a value is worth which no hypothesis spells: below what is taken unasked."""
_MORE_THAN_A_NO = 3  # syllables
_REFUTED = 6.0  # nats by which a yes fits better than any no
_CLEARLY = 0.5  # nats per token; of foreign speech and noise one in forty
_FITS = 6.0  # nats; who is no further behind the best text may well have been said
_PLAIN_YES_BEFORE_NO = 0.3  # 对的, 就这个: more than one syllable, written as such
YES_BEFORE_NO = 0.8
"""Nats per token by which a yes has to fit better than any no. Of 64 that said no (dev speech,
three lines) none fits a yes so much better, of 91 that said a written yes 84 do."""
YES_BY_SOUND = 0.55
"""The same for a yes, which is not asked back but decides: below what any question takes."""


def agreed(question: Question, understanding: Understanding, evidence: Evidence) -> Understanding:
    """The understanding with its slot's values weighed again; everything else stays.

    The sound chooses among answers. It does not undo what was understood in another way
    (a place in the list, a complaint, a day beyond the list), and what it alone knows is
    never sure: it is to be asked back, and a yes it knows is too unsure to decide anything.
    """
    slot = evidence.slot
    written: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    if understanding.elsewhere:
        return understanding
    if slot is Slot.CONFIRM and not written and asks(plain(understanding.text)):
        return understanding
    torn = slot is Slot.CONFIRM and _torn(understanding, evidence.fits)
    if torn:
        written = ()
    if slot is Slot.DATE:
        written = _without_lost_days(written, evidence.fits)
    if written and not _weighable(question, written[0], evidence.fits):
        return _doubted(understanding, evidence)
    if slot in _WORDS and written and written[0].confidence >= _PLAINLY:
        return understanding
    pooled = pool(written, evidence, agreement_data().weights[slot])
    if (torn and not pooled) or (slot is Slot.CONFIRM and _turned(written, pooled)):
        return _doubted(understanding, evidence)
    changed: dict[str, Any] = {slot.value: pooled}
    best = evidence.fits.get(pooled[0].value) if pooled else None
    clear = best is not None and best.behind >= -_FITS and evidence.clearest >= _CLEARLY
    after = replace(understanding, **changed, by_sound=None if written else slot, clear=clear)
    return _doubted(bounded(after), evidence)


def _doubted(understanding: Understanding, evidence: Evidence) -> Understanding:
    """A yes decides only where it fits the sound clearly better than any no: 错误, 否, 我要改 are
    written 对, 做, 我要的."""
    best = understanding.confirm[:1]
    if evidence.slot is not Slot.CONFIRM or not best or best[0].value is not Answer.YES:
        return understanding
    yes, no = (evidence.fits.get(answer) for answer in (Answer.YES, Answer.NO))
    plainly = understanding.syllables > 1 and best[0].confidence >= _PLAINLY
    least = (_PLAIN_YES_BEFORE_NO if plainly else YES_BEFORE_NO) * evidence.tokens
    clear = yes is not None and (no is None or yes.behind - no.behind >= least)
    return understanding if clear else bounded(replace(understanding, by_sound=Slot.CONFIRM))


def bounded(understanding: Understanding) -> Understanding:
    """What the sound alone knows is no surer than SOUND_ALONE and YES_BY_SOUND, also when
    confidences have been calibrated."""
    slot = understanding.by_sound
    if slot is None:
        return understanding
    values: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    changed: dict[str, Any] = {slot.value: tuple(_by_sound_alone(each) for each in values)}
    return replace(understanding, **changed)


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


def _torn(understanding: Understanding, fits: Mapping[Hashable, Fitted]) -> bool:
    """One hypothesis says yes and another no, or a 不 was written with something unknown
    (不讲得对) that sounds far more like a yes (讲得对) than like any no."""
    written = understanding.confirm
    if len(written) != 1:
        return bool(written)
    negated = written[0].value is Answer.NO and written[0].confidence <= NEGATED
    if not negated or understanding.syllables < _MORE_THAN_A_NO:
        return False
    yes, no = (
        max(fits[value].behind, -_FAR_APART) if value in fits else -_FAR_APART
        for value in (Answer.YES, Answer.NO)
    )
    return yes - no >= _REFUTED


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


def _by_sound_alone(each: Scored[Hashable]) -> Scored[Hashable]:
    most = YES_BY_SOUND if each.value is Answer.YES else SOUND_ALONE
    return replace(each, confidence=min(each.confidence, most))


def _turned(written: Sequence[Scored[Hashable]], pooled: Sequence[Scored[Hashable]]) -> bool:
    """Never a yes for a no that was written."""
    return bool(
        pooled and pooled[0].value is Answer.YES and written and written[0].value is Answer.NO
    )
