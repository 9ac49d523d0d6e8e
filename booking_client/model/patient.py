"""Patients and their phones. Everything personal is sealed; only keyed hashes are searched.

The ids are random text made before the row is written, because a sealed value
is bound to the id of its row.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base

PHONES_PER_PATIENT = 3
_IN_USE = text("place IS NOT NULL")


class PatientRow(Base):
    """One person, found by ID number. `name_verified`: the name is the registered one."""

    __tablename__ = "patient"

    id: Mapped[str] = mapped_column(primary_key=True)
    id_number_hash: Mapped[bytes] = mapped_column(unique=True)
    id_number_sealed: Mapped[bytes]
    name_sealed: Mapped[bytes]
    name_verified: Mapped[bool]
    created_at: Mapped[dt.datetime]


class PhoneRow(Base):
    """A patient has at most three phones, kept by `place` (1 to 3). A fourth takes the place of
    the one that was used longest ago, which stays for the bookings that name it, without a place.
    """

    __tablename__ = "phone"
    __table_args__ = (
        UniqueConstraint("patient_id", "number_hash"),
        CheckConstraint(f"place BETWEEN 1 AND {PHONES_PER_PATIENT}", name="place"),
        Index(
            "uq_phone_place",
            "patient_id",
            "place",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    number_hash: Mapped[bytes] = mapped_column(index=True)
    number_sealed: Mapped[bytes]
    created_at: Mapped[dt.datetime]
    place: Mapped[int | None]
    last_used_at: Mapped[dt.datetime | None]
