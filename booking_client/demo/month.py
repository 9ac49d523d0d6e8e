"""Writes a bulletin's month into a database: sessions with their places, then the bookings.

The bookings go through the library's bulk path (`booking_client.sql.bulk`), with
patients and phones sealed like anybody's. Safe to repeat: what an interrupted
run has written is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.demo.bulletin import Bulletin
from booking_client.demo.catalogue import DEFAULT_SEED
from booking_client.demo.month_plan import MORNING_BANDS, MonthPlan, Place, invented_patient
from booking_client.demo.names import load_name_parts
from booking_client.demo.schedule import AFTERNOON, BANDS_OF, MORNING, ORDINARY_FEE_YUAN
from booking_client.model import (
    CampusRow,
    DepartmentRow,
    HospitalRow,
    SessionRow,
    SessionStatus,
    SlotRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.bulk import BulkCount, TakenBooking, write_bookings
from booking_client.sql.database import Database
from booking_client.sql.given_ids import follow_given_ids
from booking_client.types import BookingStatus
from booking_client.work_calendar import load_calendar

WRITE_SECONDS = 300.0  # a database for this is opened with it: the sessions are one transaction
_ROWS_AT_ONCE = 10_000


class MonthFault(Exception):
    """The month cannot be written into this database; says why."""


async def write_month(
    database: Database,
    keys: PersonalDataKeys,
    bulletin: Bulletin,
    *,
    scale: int = 1,
    seed: str = DEFAULT_SEED,
    progress: Callable[[int], None] = lambda done: None,
) -> BulkCount:
    """Write `scale` times the bookings of `bulletin` for the hospitals of the database.

    `progress` hears how many bookings are done. Raises MonthFault when a hospital
    is missing or the month has other sessions, CoreUnavailable, DataFileError.
    """
    async with database.reading() as connection:
        departments, campuses = await _departments(connection)
    missing = [line.hospital for line in bulletin.hospitals if line.hospital not in departments]
    if missing:
        raise MonthFault(f"the catalogue has no department of {missing[0]}")
    plan = MonthPlan(bulletin, departments, load_calendar(), scale=scale, seed=seed)
    wanted = plan.places()
    async with database.alone() as connection:
        slots = await _slots(connection, wanted, campuses)
    return await write_bookings(database, keys, _taken(plan, slots), progress=progress)


def _taken(plan: MonthPlan, slots: Mapping[Place, int]) -> Iterator[TakenBooking]:
    parts = load_name_parts()
    for booking in plan.bookings():
        yield TakenBooking(
            slots[booking.place],
            invented_patient(booking.patient, parts),
            booking.channel,
            f"month/{booking.taken_at:%Y-%m}/{booking.number}",
            booking.taken_at,
            BookingStatus.CANCELLED if booking.cancelled else BookingStatus.FULFILLED,
            booking.sub_channel,
        )


async def _departments(
    connection: AsyncConnection,
) -> tuple[dict[str, list[int]], dict[int, int]]:
    """Department ids by hospital, in the catalogue's order, and every department's first campus."""
    first_campus: dict[int, int] = {}
    for hospital_id, campus_id in await connection.execute(
        select(CampusRow.hospital_id, CampusRow.id).order_by(CampusRow.position)
    ):
        first_campus.setdefault(hospital_id, campus_id)
    departments: dict[str, list[int]] = {}
    campuses: dict[int, int] = {}
    for hospital, hospital_id, department_id in await connection.execute(
        select(HospitalRow.name, HospitalRow.id, DepartmentRow.id)
        .join(DepartmentRow, DepartmentRow.hospital_id == HospitalRow.id)
        .order_by(DepartmentRow.position, DepartmentRow.id)
    ):
        departments.setdefault(hospital, []).append(department_id)
        campuses[department_id] = first_campus[hospital_id]
    return departments, campuses


async def _slots(
    connection: AsyncConnection, wanted: Mapping[Place, int], campuses: Mapping[int, int]
) -> dict[Place, int]:
    """The slot ids of all places, written now or by an earlier run."""
    dates = {place.date for place in wanted}
    there = await connection.scalar(
        select(func.count()).select_from(SessionRow).where(SessionRow.date.in_(dates))
    )
    if not there:
        await _write_sessions(connection, wanted, campuses)
    slots = await _written_slots(connection, dates)
    if any(slots.get(place, (0, 0))[1] < count for place, count in wanted.items()):
        raise MonthFault(
            "the month has clinic sessions already, not those of this plan: take an empty database"
        )
    return {place: slots[place][0] for place in wanted}


async def _written_slots(
    connection: AsyncConnection, dates: set[dt.date]
) -> dict[Place, tuple[int, int]]:
    """Id and capacity of the slots of ordinary clinics."""
    bands = {times[0]: band for band, times in enumerate(_TIMES)}
    rows = await connection.execute(
        select(
            SessionRow.department_id, SessionRow.date, SlotRow.starts, SlotRow.id, SlotRow.capacity
        )
        .join(SlotRow, SlotRow.session_id == SessionRow.id)
        .where(SessionRow.date.in_(dates), SessionRow.doctor_id.is_(None))
    )
    return {
        Place(row.department_id, row.date, bands[row.starts]): (row.id, row.capacity)
        for row in rows
        if row.starts in bands
    }


async def _write_sessions(
    connection: AsyncConnection, wanted: Mapping[Place, int], campuses: Mapping[int, int]
) -> None:
    """An ordinary clinic wherever somebody goes, with the bands that are wanted."""
    next_id = (await connection.scalar(select(func.max(SessionRow.id))) or 0) + 1
    ids: dict[tuple[int, dt.date, str], int] = {}
    sessions: list[dict[str, Any]] = []
    slots: list[dict[str, Any]] = []
    for place in sorted(wanted, key=lambda p: (p.date, p.department_id, p.band)):
        period = MORNING if place.band < MORNING_BANDS else AFTERNOON
        session = place.department_id, place.date, period
        if session not in ids:
            ids[session] = next_id + len(ids)
            sessions.append(
                {
                    "id": ids[session],
                    "department_id": place.department_id,
                    "campus_id": campuses[place.department_id],
                    "doctor_id": None,
                    "date": place.date,
                    "period": period,
                    "fee_yuan": ORDINARY_FEE_YUAN,
                    "status": SessionStatus.OPEN.value,
                }
            )
        starts, ends = _TIMES[place.band]
        slots.append(
            {
                "session_id": ids[session],
                "starts": starts,
                "ends": ends,
                "capacity": wanted[place],
                "held": 0,
                "booked": 0,
            }
        )
    for table, rows in ((SessionRow, sessions), (SlotRow, slots)):
        for part in _parts(rows):
            await connection.execute(insert(table), part)
    await follow_given_ids(connection, SessionRow)


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        yield rows[first : first + _ROWS_AT_ONCE]


_TIMES = (*BANDS_OF[MORNING], *BANDS_OF[AFTERNOON])
