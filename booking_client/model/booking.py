"""Bookings (FHIR Appointment)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base, one_of
from booking_client.types import BookingStatus

_LIVE = text("status = 'booked'")


class BookingRow(Base):
    """`department_id` and `date` repeat the session's, for the one-a-day rule's unique index.
    `id_last_four` is what may be shown outside the patient table. `moved_from_id`: the booking,
    now cancelled, in whose place this one is; the patient booked once."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(one_of("status", BookingStatus), name="status"),
        CheckConstraint("length(id_last_four) = 4", name="id_last_four"),
        Index("uq_booking_code", "code", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(
            "uq_booking_patient_day",
            "patient_id",
            "date",
            "department_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_booking_code", "code"),
        Index("ix_booking_patient_date", "patient_id", "date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    status: Mapped[str]
    hold_id: Mapped[str] = mapped_column(ForeignKey("hold.id"), unique=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    date: Mapped[dt.date]
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    phone_id: Mapped[str | None] = mapped_column(ForeignKey("phone.id"))
    channel: Mapped[str]
    sub_channel: Mapped[str | None] = mapped_column(ForeignKey("sub_channel.name"))
    quota_id: Mapped[int | None] = mapped_column(ForeignKey("session_quota.id"))
    name_unverified: Mapped[bool]
    id_last_four: Mapped[str]
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    cancelled_at: Mapped[dt.datetime | None]
