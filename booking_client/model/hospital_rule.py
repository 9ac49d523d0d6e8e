"""The booking rules as imported: dated rows per hospital over the platform's default."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class HospitalRuleRow(Base):
    """Rows are written once. Each import that changes anything is a whole new `version`, so that
    a hold can tell whether the rules have changed since it was placed. `hospital_id` None is the
    platform's default; `changes` of a hospital is what differs from it."""

    __tablename__ = "hospital_rule"
    __table_args__ = (UniqueConstraint("version", "hospital_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    hospital_id: Mapped[int | None] = mapped_column(ForeignKey("hospital.id"))
    valid_from: Mapped[dt.date]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[dt.datetime]
