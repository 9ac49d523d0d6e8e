"""A hold becomes a booking, exactly once for a key."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import asdict, dataclass

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.codes import draw_code
from booking_client.errors import BookingRefused, Refusal
from booking_client.id_number import is_valid_id_number
from booking_client.model import (
    BookingRow,
    HoldRow,
    HoldState,
    IdempotencyRow,
    SubChannelRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.rules import HospitalRules, Rules
from booking_client.sql import inventory, patients
from booking_client.sql.attendance import is_barred
from booking_client.sql.bookings import read_booking
from booking_client.sql.holds import refusal_of
from booking_client.sql.locked_hold import LockedHold, lock_hold
from booking_client.sql.rule_book import RuleBook
from booking_client.types import Booking, BookingStatus, Patient, PatientByPhone
from booking_client.work_calendar import WorkCalendar

_PAYLOAD = "idempotency.payload"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is to be confirmed, for whom, and the key that makes a second try harmless."""

    hold_id: str
    patient: Patient | PatientByPhone
    key: str
    sub_channel: str | None = None

    def fingerprints(self, keys: PersonalDataKeys) -> list[bytes]:
        """Of everything that matters, the newest data key's first."""
        who = self.patient
        payload: list[object] = [self.hold_id]
        if isinstance(who, Patient):
            payload += [who.id_number, who.name, who.name_verified]
        else:
            payload.append(who.last_four)
        payload.append(normalise_phone(who.phone))
        if self.sub_channel is not None:
            payload.append(self.sub_channel)
        return keys.digests(_PAYLOAD, json.dumps(payload))


@dataclass(frozen=True, slots=True)
class Booker:
    """Whose booking it is, as columns of its row; `moved_from_id`: the booking that it replaces."""

    patient_id: str
    phone_id: str | None
    name_unverified: bool
    id_last_four: str
    sub_channel: str | None
    moved_from_id: int | None = None


async def confirm_hold(
    connection: AsyncConnection,
    wish: Confirmation,
    *,
    keys: PersonalDataKeys,
    book: RuleBook,
    calendar: WorkCalendar,
    now: dt.datetime,
    codes: random.Random,
) -> Booking:
    """Turn a hold into a booking; the same key and payload find the booking already made.

    A hold that has expired is still confirmed if its place has not been taken
    meanwhile: the caller was read this time and said yes to it.

    Raises ExpiredHolds (write off those of the hold's slot) and BookingRefused:
    unknown (hold, sub-channel), key_reused, unknown_patient, session_cancelled,
    closed, too_late, too_early, not_released, rule_changed, barred,
    already_booked, day_limit, hold_expired.
    """
    hold = await lock_hold(connection, wish.hold_id, now)
    fingerprints = wish.fingerprints(keys)
    earlier = await _booking_of_key(connection, hold.channel, wish.key, fingerprints)
    if earlier is not None:
        return await read_booking(connection, earlier, keys, now)
    patient = wish.patient
    if isinstance(patient, Patient) and not (
        is_valid_id_number(patient.id_number, now.date()) and _is_name(patient.name)
    ):
        raise BookingRefused(Refusal.UNKNOWN_PATIENT)
    own = await _refuse_by_rules(connection, hold, book, calendar, now)
    await _refuse_unknown_sub_channel(connection, wish.sub_channel)
    patient_id, verified, last_four = await _patient(connection, keys, patient, now)
    if await is_barred(connection, patient_id, hold.hospital_id, now.date()):
        raise BookingRefused(Refusal.BARRED)
    await _refuse_one_more_that_day(connection, patient_id, hold, own)
    who = Booker(
        patient_id=patient_id,
        phone_id=await patients.save_phone(connection, keys, patient_id, patient.phone, now),
        name_unverified=not verified,
        id_last_four=last_four,
        sub_channel=wish.sub_channel,
    )
    code = await _free_code(connection, codes)
    booking_id = await _book(connection, hold, who, code, wish.key, fingerprints[0], now)
    return await read_booking(connection, booking_id, keys, now)


async def _patient(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    who: Patient | PatientByPhone,
    now: dt.datetime,
) -> tuple[str, bool, str]:
    """The patient's id, whether the name is verified, and the ID number's last four."""
    if isinstance(who, Patient):
        patient_id, verified = await patients.save_patient(connection, keys, who, now)
        return patient_id, verified, who.id_number[-patients.LAST_FOUR :]
    known = await patients.patients_by_phone(connection, keys, who, locked=True)
    if len(known) != 1:
        raise BookingRefused(Refusal.UNKNOWN_PATIENT)
    return known[0].id, known[0].name_verified, who.last_four.upper()


async def confirm_again(
    connection: AsyncConnection,
    hold_id: str,
    who: Booker,
    code: str,
    *,
    keys: PersonalDataKeys,
    book: RuleBook,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> Booking:
    """Turn a hold into a booking for somebody who had another one, under the code of that one,
    which must not be live any more.

    Whether the patient is barred is not asked again. Raises BookingRefused as `confirm_hold`.
    """
    hold = await lock_hold(connection, hold_id, now)
    own = await _refuse_by_rules(connection, hold, book, calendar, now)
    await _refuse_one_more_that_day(connection, who.patient_id, hold, own)
    fingerprint = keys.digest(_PAYLOAD, hold.id)
    booking_id = await _book(connection, hold, who, code, f"moved to {hold.id}", fingerprint, now)
    return await read_booking(connection, booking_id, keys, now)


async def _book(
    connection: AsyncConnection,
    hold: LockedHold,
    who: Booker,
    code: str,
    key: str,
    fingerprint: bytes,
    now: dt.datetime,
) -> int:
    """The booking's id. Raises BookingRefused: hold_expired, already_booked."""
    await _take_place(connection, hold)
    values = {
        "code": code,
        "status": BookingStatus.BOOKED.value,
        "hold_id": hold.id,
        "slot_id": hold.slot_id,
        "quota_id": hold.quota_id,
        "department_id": hold.department_id,
        "date": hold.date,
        "channel": hold.channel,
        "created_at": now,
        **asdict(who),
    }
    booking_id = await _insert(connection, values)
    await connection.execute(
        insert(IdempotencyRow).values(
            channel=hold.channel,
            key=key,
            fingerprint=fingerprint,
            booking_id=booking_id,
            created_at=now,
        )
    )
    return booking_id


async def write_off_beside(connection: AsyncConnection, hold_id: str, now: dt.datetime) -> None:
    """Write off the expired holds of this hold's slot."""
    slot = select(HoldRow.slot_id).where(HoldRow.id == hold_id).scalar_subquery()
    await inventory.write_off_expired(connection, now, HoldRow.slot_id == slot)


async def _booking_of_key(
    connection: AsyncConnection, channel: str, key: str, fingerprints: list[bytes]
) -> int | None:
    rows = await connection.execute(
        select(IdempotencyRow.booking_id, IdempotencyRow.fingerprint).where(
            IdempotencyRow.channel == channel, IdempotencyRow.key == key
        )
    )
    known = rows.one_or_none()
    if known is None:
        return None
    if known.fingerprint not in fingerprints:
        raise BookingRefused(Refusal.KEY_REUSED)
    booking_id: int = known.booking_id
    return booking_id


def _is_name(name: str) -> bool:
    return bool(name.strip()) and len(name) <= _LONGEST_NAME


async def _refuse_by_rules(
    connection: AsyncConnection,
    hold: LockedHold,
    book: RuleBook,
    calendar: WorkCalendar,
    now: dt.datetime,
) -> HospitalRules:
    """The hospital's rules, which the hold still meets.

    A refusal that the rules of the hold's own time would not give is
    rule_changed: the caller did nothing wrong and was not too slow.
    """

    def refusal(rules: Rules) -> Refusal | None:
        own = rules.of(hold.facts.hospital, now.date())
        return refusal_of(hold.facts, own, calendar, hold.channel, now)

    current = await book.current(connection)
    refused = refusal(current)
    if refused is not None:
        if hold.rules_version != current.version:
            then = await book.as_of(connection, hold.rules_version)
            refused = refused if refusal(then) is not None else Refusal.RULE_CHANGED
        raise BookingRefused(refused, f"for {hold.date} at {now:%Y-%m-%d %H:%M}")
    return current.of(hold.facts.hospital, now.date())


async def _refuse_unknown_sub_channel(connection: AsyncConnection, name: str | None) -> None:
    if name is not None and not await connection.scalar(
        select(exists().where(SubChannelRow.name == name))
    ):
        raise BookingRefused(Refusal.UNKNOWN, "no such sub-channel")


async def _refuse_one_more_that_day(
    connection: AsyncConnection, patient_id: str, hold: LockedHold, rules: HospitalRules
) -> None:
    """One live booking per patient, day and department (a unique index stands behind this), and
    no more on one day than the rules allow."""
    here = BookingRow.department_id == hold.department_id
    rows = await connection.execute(
        select(func.count(), func.count().filter(here)).where(
            BookingRow.patient_id == patient_id,
            BookingRow.date == hold.date,
            BookingRow.status == BookingStatus.BOOKED.value,
        )
    )
    that_day, in_department = rows.one()
    if in_department:
        raise BookingRefused(Refusal.ALREADY_BOOKED)
    if rules.bookings_per_day is not None and that_day >= rules.bookings_per_day:
        raise BookingRefused(Refusal.DAY_LIMIT, f"limit {rules.bookings_per_day}")


async def _take_place(connection: AsyncConnection, hold: LockedHold) -> None:
    """Swap the hold to confirmed and its place to booked, or raise hold_expired.

    A hold past its expiry that nobody has written off still counts in its slot,
    so its place is still its own. One that was written off takes a free place of
    the same slot, if there is one: another time would not be what was read back.
    """
    swap = update(HoldRow).where(HoldRow.id == hold.id).values(state=HoldState.CONFIRMED.value)
    if (await connection.execute(swap.where(inventory.is_held()))).rowcount == 1:
        await inventory.book_held_place(connection, hold.slot_id, hold.quota_id)
        return
    was_expired = swap.where(HoldRow.state == HoldState.EXPIRED.value)
    if (await connection.execute(was_expired)).rowcount == 1:
        if await inventory.book_free_place(connection, hold.slot_id, hold.quota_id):
            return
        if hold.expired_beside:
            raise inventory.ExpiredHolds
    raise BookingRefused(Refusal.HOLD_EXPIRED)


async def _insert(connection: AsyncConnection, values: dict[str, object]) -> int:
    try:
        rows = await connection.execute(insert(BookingRow).values(values).returning(BookingRow.id))
    except IntegrityError as error:
        reason = str(error.orig)
        if "uq_booking_patient_day" not in reason and "booking.patient_id" not in reason:
            raise
        # The unique index behind _refuse_one_more_that_day: its name or columns, by database.
        raise BookingRefused(Refusal.ALREADY_BOOKED) from error
    return rows.scalar_one()


async def _free_code(connection: AsyncConnection, codes: random.Random) -> str:
    """A code that no live booking has; a unique index stands behind this."""
    while True:
        code = draw_code(codes)
        used = exists().where(
            BookingRow.code == code, BookingRow.status == BookingStatus.BOOKED.value
        )
        if not await connection.scalar(select(used)):
            return code
