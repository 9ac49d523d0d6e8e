"""Weights and calibration are found again in data that was made with them."""

from __future__ import annotations

import random

from bench.understanding.fitting import Rivalry, fit_line, fit_weights, loss
from grammars.calibration import probability
from grammars.fitted_data import AgreementWeights


def test_where_only_the_sound_is_right_it_gets_the_weight() -> None:
    rng = random.Random(1)
    rivalries = []
    for _ in range(60):
        truth = rng.randrange(3)
        behind = tuple(-1.0 if at == truth else -12.0 for at in range(3))
        rivalries.append(Rivalry(tuple(rng.random() * 0.3 for _ in range(3)), behind, 0.0, truth))
    fitted = fit_weights(rivalries)
    assert loss(rivalries, fitted)[1] == 1.0
    assert fitted.sound > 0.1


def test_an_utterance_that_neither_opinion_knows_counts_only_so_much() -> None:
    weights = AgreementWeights(written=1, sound=1, expected=5, outstanding=0, furthest=20, clear=0)
    hopeless = Rivalry((0.0, 0.9), (float("-inf"), 0.0), 0.0, 0)
    assert loss([hopeless], weights)[0] == 6.0


def test_overconfidence_is_taken_back() -> None:
    rng = random.Random(2)
    scores = [0.9] * 200
    right = [rng.random() < 0.6 for _ in scores]
    line = fit_line(scores, right, [False] * len(scores))
    assert abs(probability(line, 0.9) - 0.6) < 0.1
    assert line.error[1] < line.error[0]
