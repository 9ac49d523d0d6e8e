"""The table of what was deleted when."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
    )


class RunRow(Base):
    """One subject of one run. What is of before `kept_from` was deleted, except for `held`."""

    __tablename__ = "retention_runs"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    subject: Mapped[str] = mapped_column(String(40))
    kept_from: Mapped[dt.date]
    deleted: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int]
    fault: Mapped[str] = mapped_column(String(200))
