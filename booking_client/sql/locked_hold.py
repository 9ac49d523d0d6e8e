"""The hold that is to be confirmed, locked, with all that the rules ask of its session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import DepartmentRow, HoldRow, HospitalRow, SessionRow, SlotRow
from booking_client.sql import inventory
from booking_client.sql.holds import SessionFacts
from booking_client.sql.moment import at


@dataclass(frozen=True, slots=True)
class LockedHold:
    """The hold and its session, the hold's row locked."""

    id: str
    state: str
    slot_id: int
    quota_id: int | None
    channel: str
    rules_version: int | None
    hospital_id: int
    department_id: int
    expired_beside: bool  # other holds of the slot have expired
    facts: SessionFacts

    @property
    def date(self) -> dt.date:
        return self.facts.date


async def lock_hold(connection: AsyncConnection, hold_id: str, now: dt.datetime) -> LockedHold:
    """Lock the hold for change (a second confirmation waits for the first) and its session
    against being cancelled meanwhile. Raises BookingRefused (unknown): no such hold."""
    locked = await connection.execute(
        select(
            HoldRow.state,
            HoldRow.slot_id,
            HoldRow.quota_id,
            HoldRow.channel,
            HoldRow.rules_version,
        )
        .where(HoldRow.id == hold_id)
        .with_for_update()
    )
    hold = locked.one_or_none()
    if hold is None:
        raise BookingRefused(Refusal.UNKNOWN, "no such hold")
    rows = await connection.execute(_LOCKED_SESSION, {"slot_id": hold.slot_id, **at(now)})
    row = rows.one()
    return LockedHold(
        id=hold_id,
        state=hold.state,
        slot_id=hold.slot_id,
        quota_id=hold.quota_id,
        channel=hold.channel,
        rules_version=hold.rules_version,
        hospital_id=row.hospital_id,
        department_id=row.department_id,
        expired_beside=row.expired_beside,
        facts=SessionFacts(row.hospital, row.date, row.status, row.expert),
    )


def _of_department(column: InstrumentedAttribute[Any]) -> Any:
    return (
        select(column)
        .select_from(DepartmentRow)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(DepartmentRow.id == SessionRow.department_id)
        .correlate(SessionRow)
        .scalar_subquery()
    )


_SLOT = bindparam("slot_id", type_=Integer())
_LOCKED_COLUMNS: tuple[Any, ...] = (
    SessionRow.date,
    SessionRow.status,
    SessionRow.doctor_id.is_not(None).label("expert"),
    SessionRow.department_id,
    _of_department(HospitalRow.name).label("hospital"),
    _of_department(HospitalRow.id).label("hospital_id"),
    inventory.has_expired(HoldRow.slot_id == _SLOT).label("expired_beside"),
)
_LOCKED_SESSION = (
    select(*_LOCKED_COLUMNS)
    .where(SessionRow.id == select(SlotRow.session_id).where(SlotRow.id == _SLOT).scalar_subquery())
    .with_for_update(read=True)
)
