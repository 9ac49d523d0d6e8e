"""Bars: a patient who may not book for a while, at one hospital or anywhere."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base, one_of


class BarReason(StrEnum):
    NO_SHOWS = "no_shows"
    DESK = "desk"  # a person decided


class BarRow(Base):
    """In force from `since` until `until`, both included, unless lifted. `hospital_id` None is
    everywhere."""

    __tablename__ = "bar"
    __table_args__ = (
        CheckConstraint(one_of("reason", BarReason), name="reason"),
        CheckConstraint("until >= since", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    hospital_id: Mapped[int | None] = mapped_column(ForeignKey("hospital.id"))
    reason: Mapped[str]
    since: Mapped[dt.date]
    until: Mapped[dt.date]
    lifted_at: Mapped[dt.datetime | None]
