"""SMS that are to be sent: written before anything is sent, kept after it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class TextMessageRow(Base):
    """`phone` and `text` are sealed by `message_id`. Waiting while `next_try_at` is set."""

    __tablename__ = "text_messages"
    __table_args__ = (Index(None, "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(80), unique=True)
    call_id: Mapped[str] = mapped_column(String(64))
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[dt.datetime]
    tries: Mapped[int]
    next_try_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    refused_at: Mapped[dt.datetime | None]
