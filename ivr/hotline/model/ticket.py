"""What a caller has stated for somebody to look into, and who has read or closed it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class TicketRow(Base):
    """`key` makes a second try safe. Sealed by `key`: `caller` (whom to call back), `statement`
    (the recognised words), `resolution`. `spans` are seconds from the beginning of `recording`
    between which the caller stated it."""

    __tablename__ = "tickets"
    __table_args__ = (Index(None, "state", "opened_at"), Index(None, "call_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(40))
    call_id: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[dt.datetime]
    caller: Mapped[bytes | None] = mapped_column(LargeBinary)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    recording: Mapped[str] = mapped_column(String(255))
    spans: Mapped[list[list[float]]] = mapped_column(JSON)
    closed_at: Mapped[dt.datetime | None]
    resolution: Mapped[bytes | None] = mapped_column(LargeBinary)


class TicketAccessRow(Base):
    """Rows are only ever added. `what`: read or closed."""

    __tablename__ = "ticket_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(10))
