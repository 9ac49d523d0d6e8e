"""How far the sound may be trusted: what it alone knows, and above all a yes.

A yes books an appointment, so a no must not become one: 错误, 否 and 我要改 sound enough like a
yes to a recogniser to be written as one.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from grammars.ambiguous import listed_share
from grammars.confirm import NEGATED
from grammars.data_files import confirm_data
from grammars.evidence import Evidence
from grammars.meaning import Answer, Scored, Slot, Understanding
from grammars.spoken import plain

SOUND_ALONE = 0.7
"""The most that a value is worth which no hypothesis spells: below what is taken unasked."""
ANSWER_BY_SOUND = 0.55
"""The same for a yes or a no, which is not asked back but decides: below what any question takes.
Music and tones fit 别 and 不 well enough: of 187 clips without an answer (dev) 15 were a no. And
the same for a command and for one of the few names of a choice, of which one always stands out."""
YES_BEFORE_NO = 0.8
"""Nats per token by which a yes has to fit better than any no. Of 64 that said no (dev speech,
three lines) none fits a yes so much better, of 91 that said a written yes 84 do."""
PLAIN_YES_BEFORE_NO = 0.3
"""The same for one of several syllables that the likeliest hypothesis writes (对的, 就这个).
Of the same 64 one fits a yes so much better, and it was not written. A yes that holds a 没 or 不
(没有错) is none of these: one syllable less, and it was a no (有错)."""
_MADE_UP = 0.2  # the recogniser's confidence: a clear 对的 was 不会的 at 0.16 ...
_NOTHING_SAID = 0.4  # ... and decides nothing, so that it is asked for once more
_FEW = (Slot.CONFIRM, Slot.COMMAND, Slot.CHOICE)
_PLAINLY = 0.9
_MORE_THAN_A_NO = 3  # syllables
_REFUTED = 6.0  # nats by which a yes fits better than any no
_FAR_APART = 10.0


def bounded(understanding: Understanding) -> Understanding:
    """What the sound alone knows is no surer than SOUND_ALONE and ANSWER_BY_SOUND, also when
    confidences have been calibrated; nor is a word that may mean something else, nor a no that was
    made up."""
    hospitals = tuple(
        replace(each, confidence=min(each.confidence, listed_share(each.surface)))
        for each in understanding.hospital
    )
    if hospitals != understanding.hospital:
        understanding = replace(understanding, hospital=hospitals)
    weighed = without_made_up_no(understanding.confirm, understanding.confidence)
    if weighed != understanding.confirm:
        understanding = replace(understanding, confirm=weighed)
    if any(each.surface in confirm_data().affirm_weak for each in understanding.confirm):
        understanding = replace(understanding, confirm=_weakened(understanding.confirm))
    slot = understanding.by_sound
    if slot is None:
        return understanding
    values: tuple[Scored[Hashable], ...] = getattr(understanding, slot.value)
    changed: dict[str, Any] = {slot.value: tuple(_by_sound_alone(slot, each) for each in values)}
    return replace(understanding, **changed)


def doubted(understanding: Understanding, evidence: Evidence) -> Understanding:
    """A yes decides only where it fits the sound clearly better than any no."""
    best = understanding.confirm[:1]
    if evidence.slot is not Slot.CONFIRM or not best or best[0].value is not Answer.YES:
        return understanding
    yes, no = (evidence.fits.get(answer) for answer in (Answer.YES, Answer.NO))
    word = best[0].surface
    negated = any(negator in word for negator in confirm_data().negators)
    written = word in plain(understanding.text)
    plainly = len(word) > 1 and written and not negated and best[0].confidence >= _PLAINLY
    least = (PLAIN_YES_BEFORE_NO if plainly else YES_BEFORE_NO) * evidence.tokens
    clear = yes is not None and (no is None or yes.behind - no.behind >= least)
    return understanding if clear else bounded(replace(understanding, by_sound=Slot.CONFIRM))


def is_torn(understanding: Understanding, evidence: Evidence) -> bool:
    """Whether one hypothesis says yes and another no, or a 不 was written with something unknown
    (不讲得对) that sounds far more like a yes (讲得对) than like any no."""
    written = understanding.confirm
    if len(written) != 1:
        return bool(written)
    negated = written[0].value is Answer.NO and written[0].confidence <= NEGATED
    if not negated or understanding.syllables < _MORE_THAN_A_NO:
        return False
    fits = evidence.fits
    yes, no = (
        max(fits[value].behind, -_FAR_APART) if value in fits else -_FAR_APART
        for value in (Answer.YES, Answer.NO)
    )
    return yes - no >= _REFUTED


def without_made_up_no(
    answers: Sequence[Scored[Answer]], confidence: float
) -> tuple[Scored[Answer], ...]:
    """A no in a text that the recogniser hardly believes itself (`confidence`) decides nothing; for
    a yes there are the other rules."""
    if confidence >= _MADE_UP:
        return tuple(answers)
    weak = [
        replace(each, confidence=min(each.confidence, _NOTHING_SAID))
        if each.value is Answer.NO
        else each
        for each in answers
    ]
    return tuple(sorted(weak, key=lambda each: -each.confidence))


def may_answer(written: Sequence[Scored[Hashable]], pooled: Sequence[Scored[Hashable]]) -> bool:
    """Whether `pooled` may take the place of the `written` answer: never a yes of a no."""
    if not pooled:
        return bool(written)
    turned = pooled[0].value is Answer.YES and written and written[0].value is Answer.NO
    return not turned


def _weakened(answers: Sequence[Scored[Answer]]) -> tuple[Scored[Answer], ...]:
    return tuple(
        replace(each, confidence=min(each.confidence, SOUND_ALONE))
        if each.value is Answer.YES and each.surface in confirm_data().affirm_weak
        else each
        for each in answers
    )


def _by_sound_alone(slot: Slot, each: Scored[Hashable]) -> Scored[Hashable]:
    most = ANSWER_BY_SOUND if slot in _FEW else SOUND_ALONE
    return replace(each, confidence=min(each.confidence, most))
