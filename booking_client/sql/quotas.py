"""Quotas per channel: set for a session by its hospital, or made from the rules when first used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import ChannelRow, SessionQuotaRow, SessionRow


async def ensure_quota(
    connection: AsyncConnection, session_id: int, channel: str, places: int
) -> None:
    """Make the quota row unless there is one: what the hospital has set for a session stays."""
    make: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    await connection.execute(
        make(SessionQuotaRow)
        .values(session_id=session_id, channel=channel, places=places, held=0, booked=0)
        .on_conflict_do_nothing()
    )


async def set_quota(
    connection: AsyncConnection, session_id: int, channel: str, places: int
) -> None:
    """Raises BookingRefused: full when the channel has more than `places` already; unknown."""
    for row, key, what in (
        (SessionRow.id, session_id, "session"),
        (ChannelRow.code, channel, "channel"),
    ):
        if await connection.scalar(select(row).where(row == key)) is None:
            raise BookingRefused(Refusal.UNKNOWN, f"no {what} {key}")
    await ensure_quota(connection, session_id, channel, places)
    changed = await connection.execute(
        update(SessionQuotaRow)
        .where(
            SessionQuotaRow.session_id == session_id,
            SessionQuotaRow.channel == channel,
            SessionQuotaRow.held + SessionQuotaRow.booked <= places,
        )
        .values(places=places)
    )
    if changed.rowcount != 1:
        raise BookingRefused(Refusal.FULL, f"the channel has more than {places} places already")
