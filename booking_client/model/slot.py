"""Slots: 30-minute bands of a session with their counters (FHIR Slot)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class SlotRow(Base):
    """`held` counts the hold rows in state held, expired ones too until someone takes their
    place; `booked` counts the bookings that are not cancelled. `capacity` 0: the hospital gave
    the platform no place in this band."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("session_id", "starts"),
        CheckConstraint("capacity >= 0", name="capacity"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("booked >= 0", name="booked"),
        CheckConstraint("held + booked <= capacity", name="not_over_capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("clinic_session.id"))
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    capacity: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    booked: Mapped[int] = mapped_column(default=0)
