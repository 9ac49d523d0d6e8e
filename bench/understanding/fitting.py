"""The weights with which sound and spelling join, and the calibration, from `dev` speech.

Weights: for every utterance the rival names with their two scores and the true one, then
the weights under which the truth is likeliest (maximum likelihood). Calibration: Platt's
line through the log-odds of the resulting confidences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.understanding.hearing import Job, recognised, run
from grammars.agreement import log_odds, none_odds
from grammars.calibration import probability
from grammars.evidence import evidence, rivals
from grammars.fitted_data import AgreementWeights, CalibrationLine, agreement_data
from grammars.meaning import Slot
from grammars.parse_result import plain
from grammars.understand import understand
from ivr.ports import Recogniser
from ivr.recognisers.choice import choose_model
from ivr.replay.figures import calibration_error
from ivr.session.meaning import scored

_MOST_LOSS = 6.0
_MOST_CLEAR = 4.0  # more would be a threshold, drawn by a few utterances
STRANGERS = 0.15
"""How many utterances that answer nothing come upon one that does: of these the fitting speech
has many more, to be like all kinds of them."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One utterance: the values that may have been said, their written confidence (0: none) and
    their distance in the sound (nats, -inf: unknown). `clearest` as in Evidence. `truth`: which
    of them, -1 for none."""

    written: tuple[float, ...]
    behind: tuple[float, ...]
    clearest: float
    truth: int


def rivalry(job: Job, recogniser: Recogniser) -> Rivalry | None:
    """What would be weighed for this job; None where there is nothing to weigh."""
    return run(_rivalry(job, recogniser))


async def _rivalry(job: Job, recogniser: Recogniser) -> Rivalry | None:
    question = job.question
    recognition = await recognised(job, recogniser)
    asked = rivals(question, recognition.hypotheses)
    if asked is None or recognition.scorer is None:
        return None
    found = evidence(asked, await scored(recognition.scorer, asked))
    if found is None:
        return None
    understood = understand(question, recognition.hypotheses)
    written = {
        str(plain(each.value)): each.confidence
        for each in getattr(understood, question.expect.value)
    }
    behind = {str(plain(value)): fitted.behind for value, fitted in found.fits.items()}
    known = list(dict.fromkeys((*written, *behind)))
    truth = str(job.truth)
    return Rivalry(
        tuple(written.get(value, 0.0) for value in known),
        tuple(behind.get(value, -math.inf) for value in known),
        found.clearest,
        known.index(truth) if truth in known else -1,
    )


def loss(rivalries: Sequence[Rivalry], weights: AgreementWeights) -> tuple[float, float]:
    """(mean negative log-likelihood of the truth, share where the likeliest is the truth).

    One utterance counts for at most _MOST_LOSS: of a truth that neither opinion knows no
    weights can make anything.
    """
    total, right = 0.0, 0.0
    strangers = sum(each.truth < 0 for each in rivalries)
    answers = len(rivalries) - strangers
    share = STRANGERS * answers / strangers if strangers and answers else 1.0
    for each in rivalries:
        weight = share if each.truth < 0 else 1.0
        odds = [log_odds(*pair, weights) for pair in zip(each.written, each.behind, strict=True)]
        odds.append(none_odds(sum(each.written), each.behind, each.clearest, weights))
        top = max(odds)
        cost = top + math.log(sum(math.exp(one - top) for one in odds)) - odds[each.truth]
        total += weight * min(cost, _MOST_LOSS)
        right += weight * (odds.index(top) == (each.truth if each.truth >= 0 else len(odds) - 1))
    n = answers + share * strangers
    return total / n, right / n


def fit_weights(
    rivalries: Sequence[Rivalry], before: AgreementWeights | None = None
) -> AgreementWeights:
    """The likeliest weights; the limit of the distance is tried by steps. Never worse than
    those `before`."""
    best = None if before is None else (loss(rivalries, before)[0], before)
    for furthest in (12.0, 16.0, 24.0, 32.0):
        for start in ((0.5, 0.3, 12.0, 0.1, 0.5), (1.0, 0.2, 20.0, 0.3, 1.5)):
            found = minimize(
                lambda x, f=furthest: loss(rivalries, _weights(x, f))[0],
                np.array(start),
                method="Nelder-Mead",
                options={"maxiter": 1200, "adaptive": True, "xatol": 0.005, "fatol": 1e-5},
            )
            if best is None or found.fun < best[0]:
                best = (float(found.fun), _weights(found.x, furthest))
    assert best is not None
    return best[1]


def _weights(x: Floats, furthest: float) -> AgreementWeights:
    written, sound, expected, outstanding, clear = (round(float(value), 4) for value in x)
    return AgreementWeights(
        written=abs(written),
        sound=abs(sound),
        expected=expected,
        outstanding=max(0.0, outstanding),
        furthest=furthest,
        clear=min(max(0.0, clear), _MOST_CLEAR),
    )


def current(slot: Slot) -> AgreementWeights:
    return agreement_data().weights[slot]


def engine_name(engine: str) -> str:
    """The name under which the engine's model is calibrated."""
    return choose_model(engine).name


def fit_line(
    scores: Sequence[float], right: Sequence[bool], strangers: Sequence[bool]
) -> CalibrationLine:
    """Platt's line through the log-odds, with his smoothed targets. `strangers`: who answered
    nothing, and so counts as in `loss`."""
    positive = sum(right)
    high, low = (positive + 1) / (positive + 2), 1 / (len(right) - positive + 2)
    targets = np.where(np.array(right), high, low)
    answers = len(strangers) - sum(strangers)
    share = min(1.0, STRANGERS * answers / max(1, sum(strangers)))
    weights = np.where(np.array(strangers), share, 1.0)

    def cost(x: Floats) -> float:
        line = CalibrationLine(slope=max(float(x[0]), 1e-3), shift=float(x[1]), n=1, error=(0, 0))
        p = np.array([probability(line, score) for score in scores]).clip(1e-6, 1 - 1e-6)
        each = targets * np.log(p) + (1 - targets) * np.log(1 - p)
        return float(-np.average(each, weights=weights))

    found = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead")
    line = CalibrationLine(
        slope=round(max(float(found.x[0]), 1e-3), 3),
        shift=round(float(found.x[1]), 3),
        n=len(scores),
        error=(0, 0),
    )
    after = [probability(line, score) for score in scores]
    before = calibration_error(scores, right, weights)
    errors = (round(before, 4), round(calibration_error(after, right, weights), 4))
    return line.model_copy(update={"error": errors})
