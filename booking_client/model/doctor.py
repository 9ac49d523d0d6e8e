"""Doctors, each in one department."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class DoctorRow(Base):
    __tablename__ = "doctor"
    __table_args__ = (UniqueConstraint("department_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str]
    title: Mapped[str]
    expertise: Mapped[str | None]  # 擅长
