"""What the person who takes a call over is shown of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.hotline.model.base import Base


class HandoverRow(Base):
    """The latest of a call. `wish`: dialogs.commands.Handover, which holds nothing personal."""

    __tablename__ = "handovers"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(String(40))
    wish: Mapped[dict[str, str]] = mapped_column(JSON)
