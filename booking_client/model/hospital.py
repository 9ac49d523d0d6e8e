"""Hospitals and their campuses (院区)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class HospitalRow(Base):
    """`name` is the official name and the key that channels use; `position` is the list's order."""

    __tablename__ = "hospital"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    aliases: Mapped[list[str]]
    city: Mapped[str]
    district: Mapped[str]
    level: Mapped[str]
    position: Mapped[int]


class CampusRow(Base):
    """`retired_on`: as a department's."""

    __tablename__ = "campus"
    __table_args__ = (UniqueConstraint("hospital_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hospital_id: Mapped[int] = mapped_column(ForeignKey("hospital.id"))
    name: Mapped[str]
    position: Mapped[int]
    retired_on: Mapped[dt.date | None]
