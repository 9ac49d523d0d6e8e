"""`BookingCore` on an SQL database: one bounded transaction per operation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert, select

from booking_client.errors import CoreUnavailable
from booking_client.migrations.upgrade import migrate_database, require_newest_schema
from booking_client.model import DataKeyRow
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.rules import Rules, load_rules
from booking_client.sql import bookings, catalogue, holds, patients, sessions
from booking_client.sql.database import Database, open_database, sqlite_path
from booking_client.types import (
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    SessionQuery,
)


class SqlBookingCore:
    """See `booking_client.interface.BookingCore`. Safe for concurrent tasks and processes."""

    def __init__(self, database: Database, keys: PersonalDataKeys, rules: Rules) -> None:
        self.database = database
        self._keys = keys
        self._rules = rules

    async def hospitals(self) -> Sequence[Hospital]:
        async with self.database.reading() as connection:
            return await catalogue.hospitals(connection)

    async def departments(self, hospital: str) -> Sequence[Department]:
        async with self.database.reading() as connection:
            return await catalogue.departments(connection, hospital)

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]:
        async with self.database.reading() as connection:
            return await catalogue.doctors(connection, hospital, department)

    async def booking_window(self, hospital: str, now: dt.datetime) -> tuple[dt.date, dt.date]:
        async with self.database.reading() as connection:
            await catalogue.require_hospital(connection, hospital)
        return self._rules.of(hospital).window(_local(now))

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        window = self._rules.of(query.hospital).window(_local(now))
        async with self.database.reading() as connection:
            found = await sessions.find_sessions(connection, query, window, now)
            if not found:
                await catalogue.require_department(connection, query.hospital, query.department)
            return found

    async def hold(self, session_id: int, *, channel: str, phone: str, now: dt.datetime) -> Hold:
        number = normalise_phone(phone)
        async with self.database.writing() as connection:
            return await holds.place_hold(
                connection,
                session_id,
                channel=_filled("channel", channel),
                phone_hash=self._keys.digest(patients.HOLD_PHONE, number) if number else None,
                rules=self._rules,
                now=_local(now),
            )

    async def release(self, hold_id: str) -> None:
        async with self.database.writing() as connection:
            await holds.release_hold(connection, hold_id)

    async def confirm(self, hold_id: str, patient: Patient, key: str, now: dt.datetime) -> Booking:
        async with self.database.writing() as connection:
            return await bookings.confirm_hold(
                connection,
                hold_id,
                patient,
                _filled("key", key),
                keys=self._keys,
                rules=self._rules,
                now=_local(now),
            )

    async def booking_by_code(self, code: str) -> Booking | None:
        async with self.database.reading() as connection:
            return await bookings.booking_by_code(connection, code, self._keys)

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        async with self.database.writing() as connection:
            return await bookings.cancel_booking(
                connection, code, keys=self._keys, rules=self._rules, now=_local(now)
            )

    async def close(self) -> None:
        await self.database.close()


async def open_core(
    url: str, *, keys: PersonalDataKeys | None, rules: Rules | None
) -> SqlBookingCore:
    """See `booking_client.connect`."""
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        raise CoreUnavailable(f"there is no database file {path}: migrate it first")
    keys = keys or PersonalDataKeys.from_environment()
    rules = rules or load_rules()
    database = open_database(url)
    try:
        if path is None:
            await migrate_database(database)
        await require_newest_schema(database)
        await _require_same_key(database, keys)
    except BaseException:
        await database.close()
        raise
    return SqlBookingCore(database, keys, rules)


async def _require_same_key(database: Database, keys: PersonalDataKeys) -> None:
    """The first key to open a database is written down; another one raises DataKeyError.

    Without this a wrong key would go unnoticed and every patient be found no more.
    """
    ours = keys.key_id.hex()
    async with database.reading() as connection:
        known = await connection.scalar(select(DataKeyRow.id))
    if known is None:
        async with database.writing() as connection:
            known = await connection.scalar(select(DataKeyRow.id))
            if known is None:
                await connection.execute(insert(DataKeyRow).values(id=ours))
                return
    if known != ours:
        raise DataKeyError(
            f"the personal data of this database was sealed with data key {known},"
            f" but the key given is {ours}"
        )


def _local(now: dt.datetime) -> dt.datetime:
    if now.tzinfo is not None:
        raise ValueError("now must be a naive local time of Asia/Shanghai")
    return now


def _filled(what: str, text: str) -> str:
    if not text:
        raise ValueError(f"{what} is empty")
    return text
