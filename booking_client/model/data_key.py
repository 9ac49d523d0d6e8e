"""Which data key the personal data of this database was sealed with (its id, never the key)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class DataKeyRow(Base):
    __tablename__ = "data_key"

    id: Mapped[str] = mapped_column(primary_key=True)
