"""The tables `calls` and `turns`. They share the booking core's database, not its metadata."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

MOST_KEYS = 80  # of one turn; PostgreSQL refuses a longer row, SQLite would take it


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class CallRow(Base):
    """`caller_hash` is a keyed hash (booking_client.personal_data): no number can be read back."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "started_at"), Index(None, "caller_hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64), unique=True)
    caller_last_four: Mapped[str] = mapped_column(String(4))
    caller_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    started_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    category: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))
    recording: Mapped[str] = mapped_column(String(255))
    recogniser: Mapped[str] = mapped_column(String(120))
    voice: Mapped[str] = mapped_column(String(120))
    version: Mapped[str] = mapped_column(String(40))
    agent: Mapped[str] = mapped_column(String(120), server_default=text("''"))
    turns: Mapped[list[TurnRow]] = relationship(order_by="TurnRow.number")


class TurnRow(Base):
    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("call", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    number: Mapped[int]
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime]
    prompts: Mapped[list[str]] = mapped_column(JSON)
    asked: Mapped[str]
    expected: Mapped[str | None] = mapped_column(String(20))
    heard: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    understood: Mapped[dict[str, Any]] = mapped_column(JSON)
    keys: Mapped[str] = mapped_column(String(MOST_KEYS))
    decided: Mapped[list[str]] = mapped_column(JSON)
    marks: Mapped[list[str]] = mapped_column(JSON)
    timings: Mapped[dict[str, float]] = mapped_column(JSON)
