"""The booking core on an SQL database: one bounded transaction per operation."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.codes import SECURE
from booking_client.errors import BookingRefused, CoreUnavailable, Refusal
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.rules import Rules
from booking_client.sql import (
    alternatives,
    attendance,
    bookings,
    catalogue,
    confirmation,
    eligibility,
    holds,
    moving,
    patients,
    personal_access,
    quotas,
    rule_book,
    session_cancellation,
    sessions,
)
from booking_client.sql.database import (
    Database,
)
from booking_client.sql.inventory import ExpiredHolds
from booking_client.sql.rule_book import RuleBook
from booking_client.types import (
    AffectedBooking,
    Alternative,
    Booking,
    ClinicSession,
    Department,
    Doctor,
    Hold,
    Hospital,
    Patient,
    PatientByPhone,
    PersonalDataPermission,
    PhoneMatch,
    SessionQuery,
)
from booking_client.work_calendar import WorkCalendar, load_calendar

_SOMETHING_NEAR = frozenset({Refusal.FULL, Refusal.SESSION_CANCELLED, Refusal.CLOSED})


class SqlBookingCore:
    """See `booking_client.interface`: BookingCore and HospitalDesk. Safe for concurrent tasks and
    processes."""

    def __init__(
        self,
        database: Database,
        keys: PersonalDataKeys,
        rules: Rules | None = None,
        calendar: WorkCalendar | None = None,
        codes: random.Random = SECURE,
    ) -> None:
        """`rules` None: those imported into the database, else the shipped ones; `calendar` None:
        the shipped one; confirmation codes are drawn from `codes`. Raises DataFileError when
        a shipped file is wrong."""
        self.database = database
        self._keys = keys
        self._book = RuleBook(rules)
        self._calendar = calendar or load_calendar()
        self._codes = codes

    # --- the catalogue

    async def hospitals(self) -> Sequence[Hospital]:
        async with self.database.reading() as connection:
            return await catalogue.hospitals(connection)

    async def departments(self, hospital: str) -> Sequence[Department]:
        async with self.database.reading() as connection:
            return await catalogue.departments(connection, hospital)

    async def doctors(self, hospital: str, department: str | None = None) -> Sequence[Doctor]:
        async with self.database.reading() as connection:
            return await catalogue.doctors(connection, hospital, department)

    # --- questions

    async def booking_window(
        self, hospital: str, now: dt.datetime, channel: str | None = None
    ) -> tuple[dt.date, dt.date]:
        async with self.database.asking() as connection:
            await catalogue.require_hospital(connection, hospital)
            own = (await self._book.recent(connection)).of(hospital, _local(now).date())
        first, ordinary = own.window(now, channel=channel)
        return first, max(ordinary, own.window(now, channel=channel, expert=True)[1])

    async def find_sessions(self, query: SessionQuery, now: dt.datetime) -> Sequence[ClinicSession]:
        def wished(date: dt.date) -> bool:
            inside = query.from_date <= date <= query.to_date
            return inside and date.weekday() not in query.not_on

        async with self.database.asking() as connection:
            rules = (await self._book.recent(connection)).of(query.hospital, _local(now).date())
            days = sessions.BookableDays.by(rules, self._calendar, query.channel, now, wished)
            found = await sessions.find_sessions(connection, query, days, now)
            if not found:
                await catalogue.require_department(connection, query.hospital, query.department)
            return found

    async def doctors_on(
        self,
        hospital: str,
        department: str,
        date: dt.date,
        now: dt.datetime,
        channel: str | None = None,
    ) -> Sequence[ClinicSession]:
        query = SessionQuery(
            hospital=hospital,
            department=department,
            from_date=date,
            to_date=date,
            with_places_only=False,
            limit=1000,
            channel=channel,
            experts_only=True,
        )
        return await self.find_sessions(query, now)

    async def alternatives(
        self, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Sequence[Alternative]:
        async with self.database.asking() as connection:
            return await alternatives.alternatives(
                connection,
                session_id,
                rules=await self._book.recent(connection),
                calendar=self._calendar,
                channel=channel,
                now=_local(now),
            )

    async def may_book(
        self, id_number: str, session_id: int, now: dt.datetime, channel: str | None = None
    ) -> Refusal | None:
        async with self.database.asking() as connection:
            return await eligibility.refusal_for_patient(
                connection,
                id_number,
                session_id,
                channel=channel,
                keys=self._keys,
                rules=await self._book.recent(connection),
                calendar=self._calendar,
                now=_local(now),
            )

    async def coming_bookings(self, id_number: str, now: dt.datetime) -> Sequence[Booking]:
        async with self.database.asking() as connection:
            return await bookings.coming_bookings(connection, id_number, self._keys, _local(now))

    async def last_booking(self, id_number: str) -> Booking | None:
        async with self.database.reading() as connection:
            return await bookings.last_booking(connection, id_number, self._keys)

    async def phone_match(self, phone: str, last_four: str) -> PhoneMatch:
        async with self.database.reading() as connection:
            who = PatientByPhone(phone, last_four)
            found = await patients.patients_by_phone(connection, self._keys, who)
        if not found:
            return PhoneMatch.NONE
        return PhoneMatch.ONE if len(found) == 1 else PhoneMatch.SEVERAL

    async def booking_by_code(self, code: str) -> Booking | None:
        async with self.database.reading() as connection:
            return await bookings.booking_by_code(connection, code, self._keys)

    async def booking_of_hold(self, hold_id: str) -> Booking | None:
        """What became of a hold; None where it was not confirmed. Raises CoreUnavailable."""
        async with self.database.reading() as connection:
            return await bookings.booking_of_hold(connection, hold_id, self._keys)

    # --- booking

    async def hold(
        self,
        session_id: int,
        *,
        channel: str,
        phone: str,
        now: dt.datetime,
        slot_id: int | None = None,
    ) -> Hold:
        number = normalise_phone(phone)
        wish = holds.HoldWish(
            session_id,
            _filled("channel", channel),
            self._keys.digest(patients.HOLD_PHONE, number) if number else None,
            slot_id,
        )
        try:
            try:
                return await self._place_hold(wish, _local(now))
            except ExpiredHolds:
                await self.database.write(lambda c: holds.write_off_for(c, wish, now))
                return await self._place_hold(wish, now)
        except BookingRefused as refused:
            if refused.reason in _SOMETHING_NEAR:
                # What is near is an extra: that it cannot be told does not change the answer.
                with contextlib.suppress(CoreUnavailable):
                    refused.alternatives = await self.alternatives(session_id, now, channel)
            raise

    async def _place_hold(self, wish: holds.HoldWish, now: dt.datetime) -> Hold:
        async def place(connection: AsyncConnection) -> Hold:
            return await holds.place_hold(
                connection,
                wish,
                rules=await self._book.current(connection),
                calendar=self._calendar,
                now=now,
            )

        return await self.database.write(place)

    async def release(self, hold_id: str) -> None:
        await self.database.write(lambda connection: holds.release_hold(connection, hold_id))

    async def confirm(
        self,
        hold_id: str,
        patient: Patient | PatientByPhone,
        key: str,
        now: dt.datetime,
        sub_channel: str | None = None,
    ) -> Booking:
        wish = confirmation.Confirmation(hold_id, patient, _filled("key", key), sub_channel)
        try:
            return await self._confirm(wish, _local(now))
        except ExpiredHolds:
            await self.database.write(lambda c: confirmation.write_off_beside(c, hold_id, now))
            return await self._confirm(wish, now)

    async def _confirm(self, wish: confirmation.Confirmation, now: dt.datetime) -> Booking:
        return await self.database.write(
            lambda connection: confirmation.confirm_hold(
                connection,
                wish,
                keys=self._keys,
                book=self._book,
                calendar=self._calendar,
                now=now,
                codes=self._codes,
            )
        )

    async def cancel(self, code: str, now: dt.datetime) -> Booking:
        async def cancel(connection: AsyncConnection) -> Booking:
            return await bookings.cancel_booking(
                connection,
                code,
                keys=self._keys,
                rules=await self._book.current(connection),
                now=_local(now),
            )

        return await self.database.write(cancel)

    async def move_booking(
        self, code: str, session_id: int, now: dt.datetime, slot_id: int | None = None
    ) -> Booking:
        async def move(connection: AsyncConnection) -> Booking:
            return await moving.move_booking(
                connection,
                code,
                session_id,
                slot_id,
                keys=self._keys,
                book=self._book,
                calendar=self._calendar,
                now=_local(now),
            )

        try:
            return await self.database.write(move)
        except ExpiredHolds:
            wish = moving.replacement(session_id, slot_id)
            await self.database.write(lambda c: holds.write_off_for(c, wish, now))
            return await self.database.write(move)

    async def close(self) -> None:
        await self.database.close()

    # --- the hospital's desk

    async def import_rules(self, path: Path, now: dt.datetime) -> bool:
        async with self.database.alone() as connection:
            changed = await rule_book.import_rules(connection, path, _local(now))
        self._book.forget_recent()
        return changed

    async def set_quota(self, session_id: int, channel: str, places: int) -> None:
        await self.database.write(
            lambda connection: quotas.set_quota(connection, session_id, channel, places)
        )

    async def cancel_session(
        self, session_id: int, now: dt.datetime, reason: str = ""
    ) -> Sequence[AffectedBooking]:
        await self.database.write(
            lambda c: session_cancellation.cancel_session(c, session_id, reason, _local(now))
        )
        async with self.database.reading() as connection:
            return await session_cancellation.affected_bookings(
                connection,
                session_id,
                keys=self._keys,
                rules=await self._book.current(connection),
                calendar=self._calendar,
                now=now,
            )

    async def record_attendance(self, code: str, came: bool, now: dt.datetime) -> bool:
        async def record(connection: AsyncConnection) -> bool:
            rules = await self._book.current(connection)
            return await attendance.record_attendance(connection, code, came, rules, _local(now))

        return await self.database.write(record)

    async def bar(
        self,
        id_number: str,
        since: dt.date,
        until: dt.date,
        hospital: str | None = None,
    ) -> None:
        await self.database.write(
            lambda c: attendance.bar_patient(c, self._keys, id_number, hospital, since, until)
        )

    async def patient_of_booking(
        self, code: str, permission: PersonalDataPermission, now: dt.datetime
    ) -> Patient:
        return await self.database.write(
            lambda connection: personal_access.patient_of_booking(
                connection, code, permission, keys=self._keys, now=_local(now)
            )
        )

    async def lift_bars(self, id_number: str, now: dt.datetime) -> int:
        return await self.database.write(
            lambda c: attendance.lift_bars(c, self._keys, id_number, _local(now))
        )


def _local(now: dt.datetime) -> dt.datetime:
    if now.tzinfo is not None:
        raise ValueError("now must be a naive local time of Asia/Shanghai")
    return now


def _filled(what: str, text: str) -> str:
    if not text:
        raise ValueError(f"{what} is empty")
    return text
