"""Idempotency keys: what a channel's key has already led to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class IdempotencyRow(Base):
    """Written in the booking's own transaction. `fingerprint` is a keyed hash of the payload:
    it holds an ID number, so a plain hash would give it away."""

    __tablename__ = "idempotency"

    channel: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    created_at: Mapped[dt.datetime]
