"""Quotas: how many places of one session a channel may take."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class SessionQuotaRow(Base):
    """A ceiling with counters like a slot's. A channel without a row (and without a rule that
    makes one) is limited by the session's capacity alone."""

    __tablename__ = "session_quota"
    __table_args__ = (
        UniqueConstraint("session_id", "channel"),
        CheckConstraint("places >= 0", name="places"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("booked >= 0", name="booked"),
        CheckConstraint("held + booked <= places", name="not_over_quota"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("clinic_session.id"))
    channel: Mapped[str] = mapped_column(ForeignKey("channel.code"))
    places: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    booked: Mapped[int] = mapped_column(default=0)
