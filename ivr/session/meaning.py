"""A recognition -> its meaning: the list is scored against the sound, then everything weighed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from grammars.agreement import agreed
from grammars.calibration import calibrated
from grammars.evidence import Evidence, Rivals, Scores, evidence, rivals
from grammars.id_sound import dictation, with_sound
from grammars.meaning import Slot, Understanding
from grammars.question import Question
from grammars.sound_limits import bounded
from grammars.understand import understand
from ivr.ports import ClosedSetScorer, Fit, RecogniserError, Recognition, Spelled

log = logging.getLogger(__name__)

# Seconds; a tenth of it is usual, late is better than unasked. The written text has to do then.
SCORING_LIMIT = 2.0
_SPELLING_TAKES = 1.5  # times as long: 0.4 s of processor time


async def meaning_of(
    question: Question, recognition: Recognition, scoring_limit: float = SCORING_LIMIT
) -> Understanding:
    """What was said, as an answer to `question`. The event loop stays free.

    Where the engine cannot score the list, or not within `scoring_limit` seconds, the written
    text decides.
    """
    understanding = await asyncio.to_thread(understand, question, recognition.hypotheses)
    sound = await _evidence(question, recognition, scoring_limit)
    if sound is not None:
        understanding = await asyncio.to_thread(agreed, question, understanding, sound)
    elif (
        recognition.scorer is not None
        and question.expect is Slot.CONFIRM
        and understanding.syllables < 2
    ):
        # A yes of one syllable that the sound was not asked about decides nothing.
        understanding = replace(understanding, by_sound=Slot.CONFIRM)
    found = await _spelled(question, recognition, scoring_limit)
    understanding = with_sound(understanding, found.whole, found.unfinished)
    return bounded(calibrated(understanding, recognition.engine))


async def _evidence(
    question: Question, recognition: Recognition, scoring_limit: float
) -> Evidence | None:
    if recognition.scorer is None:
        return None
    asked = await asyncio.to_thread(rivals, question, recognition.hypotheses)
    if asked is None:
        return None
    try:
        async with asyncio.timeout(scoring_limit):
            scores = await scored(recognition.scorer, asked)
    except (RecogniserError, TimeoutError) as error:
        log.warning("the list was not scored: %s", type(error).__name__)
        return None
    return evidence(asked, scores)


async def _spelled(question: Question, recognition: Recognition, scoring_limit: float) -> Spelled:
    """The ID numbers that fit the sound; none where none was asked for."""
    asked = dictation(question, recognition.hypotheses)
    if asked is None or recognition.scorer is None:
        return Spelled()
    try:
        async with asyncio.timeout(scoring_limit * _SPELLING_TAKES):
            return await recognition.scorer.spell(asked)
    except (RecogniserError, TimeoutError) as error:
        log.warning("the number was not spelled: %s", type(error).__name__)
        return Spelled()


async def scored(scorer: ClosedSetScorer, asked: Rivals) -> Scores:
    """How well the sentences fit the sound.

    The free texts are scored apart: they fit best and would crowd the rivals out of the
    search. Raises RecogniserError.
    """
    fits: dict[str, Fit] = {}
    for sentences in (asked.free, tuple(dict.fromkeys(r.sentence for r in asked.named))):
        found = await scorer.score(sentences)
        fits |= {s: fit for s, fit in zip(sentences, found, strict=True) if fit is not None}
    free = [fits[text] for text in asked.free if text in fits]
    length = max(free, key=lambda fit: fit.evidence).tokens if free else 1
    return Scores({sentence: fit.evidence for sentence, fit in fits.items()}, length)
