"""Whom the operators are to call back, and who has looked at a number or made the call."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class CallbackRow(Base):
    """One a call. `phone` is sealed by `call_id`; `reason`: why a person was wanted."""

    __tablename__ = "callbacks"
    __table_args__ = (Index(None, "done_at", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(40))
    requested_at: Mapped[dt.datetime]
    due: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]


class CallbackAccessRow(Base):
    """Rows are only ever added. `what`: read or done."""

    __tablename__ = "callback_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    callback: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(10))
