"""The tables of the board. They are made of the call log's and can be counted from it again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s"})


class DayRow(Base):
    """A day that is over. `figures`: ivr.board.figures.DayFigures in `version` of its shape."""

    __tablename__ = "board_days"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    version: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class SeenRow(Base):
    """The call log's newest row that was looked at: a later one may belong to a counted day."""

    __tablename__ = "board_seen"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_call: Mapped[int]
