"""Doctors, each in one department."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class DoctorRow(Base):
    """`retired_on`: as a department's."""

    __tablename__ = "doctor"
    __table_args__ = (UniqueConstraint("department_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str]
    title: Mapped[str]
    expertise: Mapped[str | None]  # 擅长
    retired_on: Mapped[dt.date | None]
