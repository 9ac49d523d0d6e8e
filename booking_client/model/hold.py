"""Holds: places taken for a short while, without a patient (FHIR busy-tentative)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base, one_of


class HoldState(StrEnum):
    HELD = "held"  # live until expires_at; after that its place is free for whoever takes it
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"  # its place was given back after expires_at


_HELD = text("state = 'held'")
_HELD_WITH_PHONE = text("state = 'held' AND phone_hash IS NOT NULL")


class HoldRow(Base):
    """The state changes by compare-and-swap only. `phone_hash` is None for a withheld number;
    the number of holds a phone may have is kept by `phone_place` (1, 2, ...): no two live holds
    of a phone have the same. `rules_version` is the version of the rules that it was placed under,
    None for rules that are not from the database."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint(one_of("state", HoldState), name="state"),
        CheckConstraint("(phone_hash IS NULL) = (phone_place IS NULL)", name="phone_place"),
        Index("ix_hold_held", "slot_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index(
            "uq_hold_phone_place",
            "phone_hash",
            "phone_place",
            unique=True,
            sqlite_where=_HELD_WITH_PHONE,
            postgresql_where=_HELD_WITH_PHONE,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    channel: Mapped[str]
    phone_hash: Mapped[bytes | None]
    phone_place: Mapped[int | None]
    state: Mapped[str]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    quota_id: Mapped[int | None] = mapped_column(ForeignKey("session_quota.id"))
    rules_version: Mapped[int | None]
