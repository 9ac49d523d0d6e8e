"""Who has read personal data and what for. Rows are only ever added."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class PersonalDataAccessRow(Base):
    __tablename__ = "personal_data_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str]
    purpose: Mapped[str]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
