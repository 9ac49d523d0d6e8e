"""Clinic sessions: a doctor's or department's clinic on one date and period (FHIR Schedule)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base, one_of

PERIODS = ("上午", "下午", "晚上")


class SessionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"  # 停诊


class SessionRow(Base):
    """`doctor_id` None is an ordinary clinic (普通门诊)."""

    __tablename__ = "clinic_session"
    __table_args__ = (
        CheckConstraint(one_of("period", PERIODS), name="period"),
        CheckConstraint(one_of("status", SessionStatus), name="status"),
        CheckConstraint("fee_yuan >= 0", name="fee"),
        Index("ix_clinic_session_department_date", "department_id", "date"),
        Index(
            "uq_clinic_session_doctor",
            "doctor_id",
            "date",
            "period",
            unique=True,
            sqlite_where=text("doctor_id IS NOT NULL"),
            postgresql_where=text("doctor_id IS NOT NULL"),
        ),
        Index(
            "uq_clinic_session_ordinary",
            "department_id",
            "campus_id",
            "date",
            "period",
            unique=True,
            sqlite_where=text("doctor_id IS NULL"),
            postgresql_where=text("doctor_id IS NULL"),
        ),
        Index("ix_clinic_session_date", "date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    campus_id: Mapped[int] = mapped_column(ForeignKey("campus.id"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id"))
    date: Mapped[dt.date]
    period: Mapped[str]
    fee_yuan: Mapped[int]
    status: Mapped[str]
    cancelled_at: Mapped[dt.datetime | None]
    cancel_reason: Mapped[str | None]
