"""Where bars and points stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.web.charts import Datum, chart


def data(*values: float | None) -> list[Datum]:
    return [Datum(str(at), str(at), value) for at, value in enumerate(values)]


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=40))
def test_every_bar_is_within_the_chart(values: list[float]) -> None:
    made = chart(data(*values))
    assert 2 <= len(made.rules) <= 6
    for column in made.columns:
        assert column.top is not None
        assert 0 <= column.top <= made.ground
        assert made.left <= column.x <= made.right


def test_the_highest_bar_is_the_highest() -> None:
    first, second, third = chart(data(10, 30, 20)).columns
    assert first.top is not None
    assert second.top is not None
    assert third.top is not None
    assert second.top < third.top < first.top


def test_what_is_unknown_is_not_drawn() -> None:
    made = chart(data(1, None, 2))
    assert made.columns[1].top is None
    assert len(made.line.split()) == 2


def test_shares_have_a_scale_of_their_own() -> None:
    made = chart(data(0.9), percent=True, least=0.5)
    assert [rule.text for rule in made.rules] == ["50%", "75%", "100%"]


@pytest.mark.parametrize("values", [(), (0,), (None,)])
def test_nothing_is_a_chart_too(values: tuple[float | None, ...]) -> None:
    assert chart(data(*values)).rules
