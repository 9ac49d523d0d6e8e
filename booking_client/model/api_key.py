"""Keys that channels book with over HTTP, none of which can be read back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class ApiKeyRow(Base):
    """`id` is the part of a key that names it; `secret_hash` is SHA-256 of its 256-bit random
    part. `burst` requests may come at once, `per_minute` in the long run."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("per_minute > 0", name="per_minute"),
        CheckConstraint("burst > 0", name="burst"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes]
    channel: Mapped[str] = mapped_column(ForeignKey("channel.code"))
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]
    burst: Mapped[int]
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
