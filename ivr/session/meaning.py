"""A recognition -> its meaning: the list is scored against the sound, then everything weighed."""

from __future__ import annotations

import asyncio
import logging

from grammars.agreement import agreed
from grammars.calibration import calibrated
from grammars.evidence import Evidence, Rivals, evidence, rivals
from grammars.meaning import Understanding
from grammars.question import Question
from grammars.understand import understand
from ivr.ports import ClosedSetScorer, RecogniserError, Recognition

log = logging.getLogger(__name__)

SCORING_LIMIT = 1.0  # seconds; a tenth of it is usual. The written text alone has to do then.


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
        understanding = agreed(understanding, sound)
    return calibrated(understanding, recognition.engine)


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
            totals = await scored(recognition.scorer, asked)
    except (RecogniserError, TimeoutError) as error:
        log.warning("the list was not scored: %s", type(error).__name__)
        return None
    return evidence(asked, totals)


async def scored(scorer: ClosedSetScorer, asked: Rivals) -> dict[str, float]:
    """Log-probabilities of the sentences that the engine could fit to the sound.

    The free texts apart: they fit best and would crowd the rivals out of the search.
    Raises RecogniserError.
    """
    rivals_only = tuple(dict.fromkeys(rival.sentence for rival in asked.named))
    totals: dict[str, float] = {}
    for sentences in (asked.free, rivals_only):
        fits = await scorer.score(sentences)
        totals |= {
            sentence: fit.total
            for sentence, fit in zip(sentences, fits, strict=True)
            if fit is not None
        }
    return totals
