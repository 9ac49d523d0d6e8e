"""Departments in two levels, per hospital: the group (内科) and what is booked (心血管内科)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class DepartmentGroupRow(Base):
    __tablename__ = "department_group"
    __table_args__ = (UniqueConstraint("hospital_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(ForeignKey("hospital.id"))
    name: Mapped[str]


class DepartmentRow(Base):
    """`retired_on`: no longer in the catalogue; the row stays for the bookings that name it."""

    __tablename__ = "department"
    __table_args__ = (
        UniqueConstraint("hospital_id", "name"),
        Index("ix_department_name", "name"),  # the same department elsewhere
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(ForeignKey("hospital.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("department_group.id"), index=True)
    name: Mapped[str]
    aliases: Mapped[list[str]]
    position: Mapped[int]
    retired_on: Mapped[dt.date | None]
