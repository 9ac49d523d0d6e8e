"""Patients and their phones. Everything personal is sealed; only keyed hashes are searched.

The ids are random text made before the row is written, because a sealed value
is bound to the id of its row.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


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
    __tablename__ = "phone"
    __table_args__ = (UniqueConstraint("patient_id", "number_hash"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    number_hash: Mapped[bytes] = mapped_column(index=True)
    number_sealed: Mapped[bytes]
    created_at: Mapped[dt.datetime]
