"""What callers asked and the file of answers did not know: for whoever writes that file."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class UnansweredQuestionRow(Base):
    """`words` are sealed by `id`."""

    __tablename__ = "unanswered_questions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)
