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

from bench.understanding.figures import calibration_error
from bench.understanding.hearing import Job, recognised, run
from grammars.calibration import probability
from grammars.closed_list import TEMPERATURE, heard
from grammars.data_files import CalibrationLine, EvidenceWeights, evidence_data
from grammars.evidence import list_of, rivals
from grammars.meaning import Slot
from ivr.ports import Recogniser
from ivr.recognisers.choice import choose_model

_UNHEARD = -1e3  # nats behind: the engine lost it

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One utterance: the names that may have been said. `gains` in syllables (nan: not seen in
    the text), `behind` in nats (-1000: not heard in the sound); `truth`: its index, -1 for none."""

    gains: tuple[float, ...]
    behind: tuple[float, ...]
    none_gain: float
    truth: int


def rivalry(job: Job, recogniser: Recogniser) -> Rivalry | None:
    """What would be weighed for this job; None where there is nothing to weigh."""
    return run(_rivalry(job, recogniser))  # type: ignore[no-any-return]  # run takes any coroutine


async def _rivalry(job: Job, recogniser: Recogniser) -> Rivalry | None:
    question = job.question
    names = list_of(question)
    recognition = await recognised(job, recogniser)
    asked = rivals(question, recognition.hypotheses)
    if names is None or asked is None or recognition.scorer is None:
        return None
    fits = await recognition.scorer.score(asked.sentences)
    totals = {
        sentence: fit.total
        for sentence, fit in zip(asked.sentences, fits, strict=True)
        if fit is not None
    }
    best = max(totals.values(), default=0.0)
    behind: dict[str, float] = {}
    for rival in asked.named:
        if rival.sentence in totals:
            fit = totals[rival.sentence] - best
            behind[rival.name] = max(fit, behind.get(rival.name, _UNHEARD))
    gains = {spot.name: spot.gain for spot in names.spot(heard(recognition.hypotheses))}
    known = list(dict.fromkeys((*gains, *behind)))
    truth = job.truth
    return Rivalry(
        tuple(gains.get(name, math.nan) for name in known),
        tuple(behind.get(name, _UNHEARD) for name in known),
        names.none_gain,
        known.index(truth) if truth in known else -1,
    )


def loss(rivalries: Sequence[Rivalry], weights: EvidenceWeights) -> tuple[float, float]:
    """(mean negative log-likelihood of the truth, share where the likeliest is the truth)."""
    total, right = 0.0, 0
    for each in rivalries:
        odds = _log_odds(each, weights)
        top = max(odds)
        total += top + math.log(sum(math.exp(one - top) for one in odds)) - odds[each.truth]
        right += odds.index(top) == (each.truth if each.truth >= 0 else len(odds) - 1)
    return total / len(rivalries), right / len(rivalries)


def _log_odds(each: Rivalry, weights: EvidenceWeights) -> list[float]:
    """Of every name and, last, of none."""
    odds = []
    for gain, behind in zip(each.gains, each.behind, strict=True):
        sound = weights.sound * (max(behind, -weights.furthest) + weights.expected)
        if not math.isnan(gain):
            odds.append((weights.written * gain + sound) / TEMPERATURE)
        elif behind > -weights.unwritten:
            odds.append(sound / TEMPERATURE)
        else:
            odds.append(-50.0)
    return [*odds, each.none_gain / TEMPERATURE]


def fit_weights(rivalries: Sequence[Rivalry]) -> EvidenceWeights:
    """The likeliest weights; the two limits are tried one by one."""
    best: tuple[float, EvidenceWeights] | None = None
    for furthest in (12.0, 20.0, 30.0):
        for unwritten in (3.0, 6.0, 10.0, 15.0):
            found = minimize(
                lambda x, f=furthest, u=unwritten: loss(rivalries, _weights(x, f, u))[0],
                np.array([0.6, 0.08, 6.0]),
                method="Nelder-Mead",
                options={"maxiter": 120, "xatol": 0.01, "fatol": 1e-4},
            )
            if best is None or found.fun < best[0]:
                best = (float(found.fun), _weights(found.x, furthest, unwritten))
    assert best is not None
    return best[1]


def _weights(x: Floats, furthest: float, unwritten: float) -> EvidenceWeights:
    written, sound, expected = (round(float(max(value, 0.0)), 3) for value in x)
    return EvidenceWeights(
        written=written, sound=sound, expected=expected, furthest=furthest, unwritten=unwritten
    )


def current(slot: Slot) -> EvidenceWeights:
    return evidence_data().of(slot)


def engine_name(engine: str) -> str:
    """The name under which the engine's model is calibrated."""
    return choose_model(engine).name


def fit_line(scores: Sequence[float], right: Sequence[bool]) -> CalibrationLine:
    """Platt's line through the log-odds, with his smoothed targets."""
    positive = sum(right)
    high, low = (positive + 1) / (positive + 2), 1 / (len(right) - positive + 2)
    targets = np.where(np.array(right), high, low)

    def cost(x: Floats) -> float:
        line = CalibrationLine(slope=max(float(x[0]), 1e-3), shift=float(x[1]), n=1, error=(0, 0))
        p = np.array([probability(line, score) for score in scores]).clip(1e-6, 1 - 1e-6)
        return float(-(targets * np.log(p) + (1 - targets) * np.log(1 - p)).mean())

    found = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead")
    line = CalibrationLine(
        slope=round(max(float(found.x[0]), 1e-3), 3),
        shift=round(float(found.x[1]), 3),
        n=len(scores),
        error=(0, 0),
    )
    after = [probability(line, score) for score in scores]
    before = calibration_error(scores, right)
    errors = (round(before, 4), round(calibration_error(after, right), 4))
    return line.model_copy(update={"error": errors})
