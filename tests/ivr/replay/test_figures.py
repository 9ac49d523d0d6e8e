"""The figures of a measurement."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.replay.figures import (
    Share,
    calibration_error,
    character_errors,
    quantile,
    rate,
    share,
)


def test_a_share_comes_with_wilsons_interval() -> None:
    """Values of Wilson's formula for 98 of 100."""
    low, high = Share(98, 100).interval
    assert low == pytest.approx(93.0, abs=0.1)
    assert high == pytest.approx(99.4, abs=0.1)


def test_nothing_measured_is_no_share() -> None:
    assert math.isnan(share([]).percent)


@given(st.lists(st.booleans(), min_size=1))
def test_the_interval_holds_the_share(outcomes: list[bool]) -> None:
    found = share(outcomes)
    low, high = found.interval
    assert 0 <= low <= found.percent + 1e-9
    assert found.percent - 1e-9 <= high <= 100


def test_confidence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)


def test_too_much_confidence_is_the_error() -> None:
    assert calibration_error([0.95] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.45)


def test_what_counts_little_errs_little() -> None:
    weights = np.array([1.0, 0.0])
    assert calibration_error([0.99, 0.99], [True, False], weights) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("心内科", "新内科", 1), ("", "嗯", 1), ("鼓楼医院", "鼓楼", 2), ("明天", "明天", 0)],
)
def test_character_errors(said: str, heard: str, errors: int) -> None:
    assert character_errors(said, heard) == errors


def test_the_median_lies_between_order_statistics() -> None:
    """Ranks 40 and 61 of 100: Conover's table for a median."""
    found = quantile([float(n) for n in range(1, 101)], 50)
    assert (found.value, found.low, found.high, found.n) == (50.0, 40.0, 61.0, 100)


def test_too_few_values_bound_no_high_quantile() -> None:
    found = quantile([0.4, 0.6, 0.5], 99)
    assert found.high == math.inf
    assert str(found) == "0.60 [0.50, -]"
    assert str(quantile([10.0], 50)) == "10.00 [-, -]"
    assert math.isnan(quantile([], 95).value)


@given(st.lists(st.floats(0, 10), min_size=1), st.sampled_from([50, 95, 99]))
def test_an_interval_holds_its_quantile(values: list[float], percent: float) -> None:
    found = quantile(values, percent)
    assert found.low <= found.value + 1e-9
    assert found.value <= found.high + 1e-9


def test_a_rate_is_of_units_and_its_interval_goes_by_calls() -> None:
    found = rate([(1, 10), (3, 10), (0, 0)])
    assert (found.events, found.units, found.percent) == (4, 20, 20)
    assert (found.low, found.high) == (10, 30)
    assert rate([(1, 10), (3, 10)]) == rate([(1, 10), (3, 10)])
    assert math.isnan(rate([]).percent)
