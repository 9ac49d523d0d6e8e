"""A table of a report: headings, ranked or fixed rows, a total, whatever its output format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """`key` heads it in CSV, `heading` wherever people read."""

    key: str
    heading: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line; a `total` is set off from the others."""

    cells: Sequence[Cell]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`file_name` is its CSV's, without the ending; `notes` say how it was counted."""

    name: str
    file_name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
