"""Bars and lines as coordinates for a template's SVG. Pure.

Drawn by the server: a page needs no script for them, they print, and every bar and point can be a
link. Coordinates are SVG user units with y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 12, 24
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_LABELS = 24
_LINES = 4  # of the grid, about


@dataclass(frozen=True, slots=True)
class Datum:
    """`label` stands below it (empty: nothing does), `name` says it all for who cannot see it,
    `href` leads to what is behind it. `before`: the same of the period before, None = unknown."""

    label: str
    name: str
    value: float | None
    href: str = ""
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the grid."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """`x` is the middle of its room, which is `room` wide; `top` and `before_top` are None where
    there is nothing to draw."""

    datum: Datum
    x: float
    room: float
    top: float | None
    before_top: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    ground: int = HEIGHT - _BOTTOM

    @property
    def labelled(self) -> tuple[Column, ...]:
        """Those whose labels there is room for."""
        return self.columns if len(self.columns) <= _MOST_LABELS else self.columns[::2]

    @property
    def line(self) -> str:
        """The points of a line through the columns; where one is missing the line is drawn on."""
        return " ".join(f"{c.x:.1f},{c.top:.1f}" for c in self.columns if c.top is not None)

    @property
    def line_before(self) -> str:
        return " ".join(
            f"{c.x:.1f},{c.before_top:.1f}" for c in self.columns if c.before_top is not None
        )


def chart(data: Sequence[Datum], *, percent: bool = False, least: float = 0.0) -> Chart:
    """`percent`: values are shares of 1, and the scale ends there. `least`: where it begins."""
    values = [v for d in data for v in (d.value, d.before) if v is not None]
    step, highest = (0.25, 1.0) if percent else _scale(max([*values, 0.0]))
    if percent and least:
        step = (1.0 - least) / 2
    ground, span = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP

    def top(value: float | None) -> float | None:
        if value is None:
            return None
        share = (min(max(value, least), highest) - least) / (highest - least)
        return round(ground - span * share, 1)

    room = (WIDTH - _LEFT - _RIGHT) / max(len(data), 1)
    columns = tuple(
        Column(d, round(_LEFT + room * (at + 0.5), 1), room, top(d.value), top(d.before))
        for at, d in enumerate(data)
    )
    count = round((highest - least) / step)
    marks = [least + step * number for number in range(count + 1)]
    rules = tuple(
        Rule(top(mark) or 0.0, f"{mark:.0%}" if percent else f"{mark:g}") for mark in marks
    )
    return Chart(columns, rules)


def _scale(highest: float) -> tuple[float, float]:
    """A round step and the first multiple of it that is not below `highest`."""
    if highest <= 0:
        return 1.0, 1.0
    size = 10.0 ** len(str(int(highest / _LINES))) / 10
    step = next(size * nice for nice in _NICE if size * nice * _LINES >= highest)
    if highest >= _LINES:
        step = max(1.0, step)
    count = -(-highest // step)
    return step, step * count
