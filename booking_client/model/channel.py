"""Channels that draw on the same places, and the labels that a channel's bookings may carry."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from booking_client.model.base import Base


class ChannelRow(Base):
    """`code` is what holds, bookings, quotas and rules name; `name` is for people."""

    __tablename__ = "channel"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class SubChannelRow(Base):
    """A label of its own, not a part of one channel: the bulletin's two tables do not nest."""

    __tablename__ = "sub_channel"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
