"""Bookings that were taken elsewhere, written many at a time: an older platform's history, a
hospital's own list, the demonstration's month.

Rules of booking (windows, bars, limits) are the business of whoever took them and
are not asked again. All that must be true of the database stays true: no slot over its capacity,
counters that agree, a hold and a key for every booking, one live booking of a
patient in a department and day, everything personal sealed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.codes import draw_code
from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import is_valid_id_number
from booking_client.model import (
    BookingRow,
    ChannelRow,
    HoldRow,
    HoldState,
    IdempotencyRow,
    SessionRow,
    SlotRow,
    SubChannelRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.sql import inventory
from booking_client.sql.bulk_people import People, save_people
from booking_client.sql.confirmation import Confirmation
from booking_client.sql.database import Database
from booking_client.types import BookingStatus, Patient

# Rows go to places all over the indexes: SQLite's usual 2 MB would be read and written anew.
_SQLITE_CACHE = f"PRAGMA cache_size = -{64 * 1024}"  # KiB, for this connection
CHUNK = 2000  # bookings of one transaction: about half a second


@dataclass(frozen=True, slots=True)
class TakenBooking:
    """A booking that somebody else has taken. `key` is the other's number for it: what is there
    under the channel's key is left alone. Times are naive local times of Asia/Shanghai."""

    slot_id: int
    patient: Patient
    channel: str
    key: str
    taken_at: dt.datetime
    status: BookingStatus = BookingStatus.BOOKED
    sub_channel: str | None = None


@dataclass(frozen=True, slots=True)
class BulkCount:
    """`added` now; `known` were there under their key already."""

    added: int
    known: int


async def write_bookings(
    database: Database,
    keys: PersonalDataKeys,
    bookings: Iterable[TakenBooking],
    *,
    chunk: int = CHUNK,
    progress: Callable[[int], None] = lambda done: None,
) -> BulkCount:
    """Write all of `bookings`, `chunk` in a transaction, so that others can book meanwhile.

    A chunk is written whole or not at all; run again with the same keys it goes on where it
    stopped. `progress` hears how many are done. A database opened with a generous `seconds`
    is wanted: it bounds each chunk.

    Raises BookingRefused: unknown (slot, channel, sub-channel), full, unknown_patient (the ID
    number or name cannot be), already_booked. Raises CoreUnavailable.
    """
    added = known = 0
    async with database.reading() as connection:
        names = await _Names.read(connection)
    for part in _parts(bookings, chunk):
        names.require(part)

        async def write(connection: AsyncConnection, part: Sequence[TakenBooking] = part) -> int:
            return await _write_part(connection, keys, part)

        new = await database.write(write)
        added += new
        known += len(part) - new
        progress(added + known)
    return BulkCount(added, known)


def _parts(bookings: Iterable[TakenBooking], size: int) -> Iterator[list[TakenBooking]]:
    source = iter(bookings)
    while part := list(islice(source, size)):
        yield part


@dataclass(frozen=True, slots=True)
class _Names:
    """The channels and sub-channels that there are."""

    channels: Collection[str]
    sub_channels: Collection[str | None]

    @classmethod
    async def read(cls, connection: AsyncConnection) -> _Names:
        channels = (await connection.execute(select(ChannelRow.code))).scalars()
        sub_channels = (await connection.execute(select(SubChannelRow.name))).scalars()
        return cls(frozenset(channels), frozenset((None, *sub_channels)))

    def require(self, bookings: Iterable[TakenBooking]) -> None:
        for booking in bookings:
            if booking.channel not in self.channels:
                raise BookingRefused(Refusal.UNKNOWN, f"no channel {booking.channel}")
            if booking.sub_channel not in self.sub_channels:
                raise BookingRefused(Refusal.UNKNOWN, f"no sub-channel {booking.sub_channel}")
            if not is_valid_id_number(booking.patient.id_number, booking.taken_at.date()):
                raise BookingRefused(Refusal.UNKNOWN_PATIENT, f"ID number of {booking.key}")
            if not booking.patient.name.strip():
                raise BookingRefused(Refusal.UNKNOWN_PATIENT, f"name of {booking.key}")


async def _write_part(
    connection: AsyncConnection, keys: PersonalDataKeys, part: Sequence[TakenBooking]
) -> int:
    """The bookings of `part` that are new; returns how many. Rows are locked in the core's order:
    session, patient, slot."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text(_SQLITE_CACHE))
    new = await _without_known(connection, part)
    if not new:
        return 0
    sessions = await _lock_sessions(connection, new)
    people = await save_people(
        connection, keys, [(booking.patient, booking.taken_at) for booking in new]
    )
    await _take_places(connection, new)
    await _insert(connection, keys, new, sessions, people)
    return len(new)


async def _without_known(
    connection: AsyncConnection, part: Sequence[TakenBooking]
) -> list[TakenBooking]:
    rows = await connection.execute(
        select(IdempotencyRow.channel, IdempotencyRow.key).where(
            IdempotencyRow.key.in_([booking.key for booking in part])
        )
    )
    seen = {(row.channel, row.key) for row in rows}
    new = []
    for booking in part:
        if (booking.channel, booking.key) not in seen:
            seen.add((booking.channel, booking.key))
            new.append(booking)
    return new


async def _lock_sessions(
    connection: AsyncConnection, bookings: Sequence[TakenBooking]
) -> dict[int, tuple[int, dt.date]]:
    """Department and date by slot, the sessions locked against being cancelled meanwhile."""
    wanted = {booking.slot_id for booking in bookings}
    rows = await connection.execute(
        select(SlotRow.id, SessionRow.department_id, SessionRow.date)
        .join(SessionRow, SessionRow.id == SlotRow.session_id)
        .where(SlotRow.id.in_(wanted))
        .order_by(SessionRow.id)
        .with_for_update(read=True, of=SessionRow)
    )
    found = {row.id: (row.department_id, row.date) for row in rows}
    if missing := wanted - found.keys():
        raise BookingRefused(Refusal.UNKNOWN, f"no slot {min(missing)}")
    return found


async def _take_places(connection: AsyncConnection, bookings: Sequence[TakenBooking]) -> None:
    """Count the bookings in their slots, which are locked in the order of their ids."""
    taken = Counter(
        booking.slot_id for booking in bookings if booking.status is not BookingStatus.CANCELLED
    )
    rows = await connection.execute(
        select(SlotRow.id, inventory.places_not_taken().label("left"))
        .where(SlotRow.id.in_(taken))
        .order_by(SlotRow.id)
        .with_for_update()
    )
    for row in rows:
        if row.left < taken[row.id]:
            raise BookingRefused(
                Refusal.FULL, f"slot {row.id} has {row.left} places left for {taken[row.id]}"
            )
    if taken:
        await connection.execute(
            _BOOK_PLACES, [{"slot": slot, "places": n} for slot, n in taken.items()]
        )


_BOOK_PLACES = (
    update(SlotRow)
    .where(SlotRow.id == bindparam("slot"))
    .values(booked=SlotRow.booked + bindparam("places"))
)


async def _insert(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    bookings: Sequence[TakenBooking],
    sessions: Mapping[int, tuple[int, dt.date]],
    people: People,
) -> None:
    ids = await _take_ids(connection, len(bookings))
    codes = await _free_codes(connection, len(bookings))
    holds: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    idempotency: list[dict[str, Any]] = []
    for booking, booking_id, code in zip(bookings, ids, codes, strict=True):
        patient = booking.patient
        department_id, date = sessions[booking.slot_id]
        patient_id, verified = people.patients[patient.id_number]
        hold_id = uuid.uuid4().hex
        holds.append(
            {
                "id": hold_id,
                "slot_id": booking.slot_id,
                "channel": booking.channel,
                "state": HoldState.CONFIRMED.value,
                "created_at": booking.taken_at,
                "expires_at": booking.taken_at,
            }
        )
        rows.append(
            {
                "id": booking_id,
                "code": code,
                "status": booking.status.value,
                "hold_id": hold_id,
                "slot_id": booking.slot_id,
                "department_id": department_id,
                "date": date,
                "patient_id": patient_id,
                "phone_id": people.phones[patient.id_number, normalise_phone(patient.phone)],
                "channel": booking.channel,
                "sub_channel": booking.sub_channel,
                "name_unverified": not verified,
                "id_last_four": patient.id_number[-4:],
                "created_at": booking.taken_at,
            }
        )
        idempotency.append(
            {
                "channel": booking.channel,
                "key": booking.key,
                "fingerprint": Confirmation(
                    hold_id, patient, booking.key, booking.sub_channel
                ).fingerprints(keys)[0],
                "booking_id": booking_id,
                "created_at": booking.taken_at,
            }
        )
    await connection.execute(insert(HoldRow), holds)
    try:
        await connection.execute(insert(BookingRow), rows)
    except IntegrityError as error:
        reason = str(error.orig)  # the index's name or its columns, by database
        if "uq_booking_patient_day" not in reason and "booking.patient_id" not in reason:
            raise
        raise BookingRefused(Refusal.ALREADY_BOOKED, "two of them, or one that is there") from None
    await connection.execute(insert(IdempotencyRow), idempotency)


async def _take_ids(connection: AsyncConnection, count: int) -> Sequence[int]:
    """Ids for `count` bookings, which nobody else gets."""
    if connection.dialect.name == "postgresql":
        rows = await connection.execute(
            text(
                "SELECT nextval(pg_get_serial_sequence('booking', 'id'))"
                " FROM generate_series(1, :count)"
            ),
            {"count": count},
        )
        return list(rows.scalars())
    # SQLite has one writer, this transaction.
    highest = await connection.scalar(select(func.max(BookingRow.id))) or 0
    return range(highest + 1, highest + 1 + count)


async def _free_codes(connection: AsyncConnection, count: int) -> list[str]:
    """Codes that no live booking has and no two of these share."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        drawn = {draw_code() for _ in range(count - len(codes))} - codes.keys()
        used = await connection.execute(
            select(BookingRow.code).where(
                BookingRow.code.in_(drawn), BookingRow.status == BookingStatus.BOOKED.value
            )
        )
        codes |= dict.fromkeys(drawn - set(used.scalars()))
    return list(codes)
