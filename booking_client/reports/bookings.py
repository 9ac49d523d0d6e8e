"""How many bookings a month had: by hospital and channel, and by sub-channel.

A booking belongs to the month in which it was taken, whatever became of it: the
bulletin's 电话预约 calls are exactly its phone bookings, so it counts acts of
booking, not visits. One that was moved counts once, as it was taken first. The two
tables do not nest: a sub-channel is a label of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from booking_client.model import (
    BookingRow,
    ChannelRow,
    DepartmentRow,
    HospitalRow,
    SubChannelRow,
)
from booking_client.month import Month
from booking_client.sql.database import Database

ONLINE = "online_12320"
# The bulletin's channels in its order; any other that was used in the month comes after them.
BULLETIN_CHANNELS = (ONLINE, "phone", "in_clinic", "third_party")
REPORT_SECONDS = 300.0  # what a database for reports is opened with: it may have to read all of it


@dataclass(frozen=True, slots=True)
class HospitalMonth:
    """One hospital's bookings by channel code; a channel without bookings may be missing."""

    hospital: str
    by_channel: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_channel.values())


@dataclass(frozen=True, slots=True)
class BookingsByHospital:
    """`hospitals` by rank; `channels`: codes and names of the columns."""

    channels: Mapping[str, str]
    hospitals: Sequence[HospitalMonth]


@dataclass(frozen=True, slots=True)
class SubChannelMonth:
    sub_channel: str
    bookings: int


async def bookings_by_hospital(database: Database, month: Month) -> BookingsByHospital:
    """Hospitals with bookings taken in `month`, the most first; equal totals rank by the online
    figure, then in the catalogue's order (the bulletin's). Raises CoreUnavailable."""
    counts: dict[int, Counter[str]] = {}
    async with database.reading() as connection:
        by_department = await connection.execute(
            select(BookingRow.department_id, BookingRow.channel, func.count().label("bookings"))
            .where(*_taken_in(month))
            .group_by(BookingRow.department_id, BookingRow.channel)
        )
        hospital_of = {
            row.id: row.hospital_id
            for row in await connection.execute(select(DepartmentRow.id, DepartmentRow.hospital_id))
        }
        names = [
            (row.id, row.name)
            for row in await connection.execute(
                select(HospitalRow.id, HospitalRow.name).order_by(HospitalRow.position)
            )
        ]
        channel_names = {
            row.code: row.name
            for row in await connection.execute(
                select(ChannelRow.code, ChannelRow.name).order_by(ChannelRow.code)
            )
        }
    for row in by_department:
        hospital = counts.setdefault(hospital_of[row.department_id], Counter())
        hospital[row.channel] += row.bookings
    # Sorting is stable: what is equal stays in the catalogue's order.
    ranked = sorted(
        (HospitalMonth(name, counts[number]) for number, name in names if number in counts),
        key=lambda line: (-line.total, -line.by_channel.get(ONLINE, 0)),
    )
    used = {channel for line in ranked for channel in line.by_channel}
    others = [code for code in channel_names if code in used and code not in BULLETIN_CHANNELS]
    return BookingsByHospital(
        {code: channel_names[code] for code in (*BULLETIN_CHANNELS, *others)}, ranked
    )


async def bookings_by_sub_channel(database: Database, month: Month) -> Sequence[SubChannelMonth]:
    """Sub-channels with bookings taken in `month`, the most first; equal ones in the bulletin's
    order. Raises CoreUnavailable."""
    async with database.reading() as connection:
        rows = await connection.execute(
            select(BookingRow.sub_channel, func.count().label("bookings"))
            .where(*_taken_in(month), BookingRow.sub_channel.is_not(None))
            .group_by(BookingRow.sub_channel)
        )
        positions = {
            row.name: row.position
            for row in await connection.execute(select(SubChannelRow.name, SubChannelRow.position))
        }
    lines = [SubChannelMonth(row.sub_channel, row.bookings) for row in rows]
    return sorted(lines, key=lambda line: (-line.bookings, positions[line.sub_channel]))


def _taken_in(month: Month) -> tuple[ColumnElement[bool], ...]:
    return (
        BookingRow.created_at >= month.begins,
        BookingRow.created_at < month.next.begins,
        BookingRow.moved_from_id.is_(None),
    )
