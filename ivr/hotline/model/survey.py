"""The answers to the satisfaction survey."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class SurveyAnswerRow(Base):
    """One answer: a `score` (1 worst to 5 best) or a `remark`, sealed by `call_id.question`."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        UniqueConstraint("call_id", "question"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        Index(None, "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[dt.datetime]
    score: Mapped[int | None]
    remark: Mapped[bytes | None] = mapped_column(LargeBinary)
