"""Patients and phones: sealed on the way in, opened on the way out."""

from __future__ import annotations

import datetime as dt
import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import PatientRow, PhoneRow
from booking_client.model.patient import PHONES_PER_PATIENT
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.types import Patient, PatientByPhone

ID_NUMBER = "patient.id_number"
NAME = "patient.name"
PHONE = "phone.number"
# A hold has only the phone's hash, of a column of its own: it does not tell whose phone it is.
HOLD_PHONE = "hold.phone"
LAST_FOUR = 4
_HOUSEHOLD = 10  # patients with one phone; a switchboard's or a clerk's has more


async def save_patient(
    connection: AsyncConnection, keys: PersonalDataKeys, patient: Patient, now: dt.datetime
) -> tuple[str, bool]:
    """Find the patient by ID number or make a row; returns (patient id, name is verified).

    The row stays locked until the transaction ends: what is decided about a
    patient is decided by one transaction at a time. A registered name replaces a
    spoken one, a newer spoken name an older one; a spoken name never replaces a
    registered one.
    """
    rows = await connection.execute(
        select(PatientRow.id, PatientRow.name_verified)
        .where(PatientRow.id_number_hash.in_(keys.digests(ID_NUMBER, patient.id_number)))
        .with_for_update()
    )
    known = rows.one_or_none()
    if known is None:
        patient_id = uuid.uuid4().hex
        await connection.execute(
            insert(PatientRow).values(
                id=patient_id,
                id_number_hash=keys.digest(ID_NUMBER, patient.id_number),
                id_number_sealed=keys.seal(ID_NUMBER, patient_id, patient.id_number),
                name_sealed=keys.seal(NAME, patient_id, patient.name),
                name_verified=patient.name_verified,
                created_at=now,
            )
        )
        return patient_id, patient.name_verified
    if patient.name_verified or not known.name_verified:
        await connection.execute(
            update(PatientRow)
            .where(PatientRow.id == known.id)
            .values(
                name_sealed=keys.seal(NAME, known.id, patient.name),
                name_verified=patient.name_verified,
            )
        )
    return known.id, patient.name_verified or known.name_verified


async def save_phone(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    patient_id: str,
    phone: str,
    now: dt.datetime,
) -> str | None:
    """The id of this phone among the patient's; None for a withheld number.

    A patient has three phones at most: a fourth displaces the one used longest ago.
    """
    number = normalise_phone(phone)
    if not number:
        return None
    rows = await connection.execute(
        select(PhoneRow.id, PhoneRow.number_hash, PhoneRow.place)
        .where(PhoneRow.patient_id == patient_id)
        .order_by(PhoneRow.last_used_at)
    )
    phones: list[Any] = list(rows)
    hashes = keys.digests(PHONE, number)
    known = next((row for row in phones if row.number_hash in hashes), None)
    if known is not None and known.place is not None:
        await connection.execute(
            update(PhoneRow).where(PhoneRow.id == known.id).values(last_used_at=now)
        )
        return str(known.id)
    place = await _free_place(connection, [row for row in phones if row.place is not None])
    if known is not None:
        await connection.execute(
            update(PhoneRow).where(PhoneRow.id == known.id).values(place=place, last_used_at=now)
        )
        return str(known.id)
    phone_id = uuid.uuid4().hex
    await connection.execute(
        insert(PhoneRow).values(
            id=phone_id,
            patient_id=patient_id,
            number_hash=keys.digest(PHONE, number),
            number_sealed=keys.seal(PHONE, phone_id, number),
            created_at=now,
            place=place,
            last_used_at=now,
        )
    )
    return phone_id


@dataclass(frozen=True, slots=True)
class StoredPatient:
    """A row of the patient table."""

    id: str
    name_verified: bool


async def patients_by_phone(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    who: PatientByPhone,
    *,
    locked: bool = False,
) -> list[StoredPatient]:
    """The patients among whose phones in use `who.phone` is and whose ID number ends in
    `who.last_four`; `locked`: their rows until the transaction ends, as in `save_patient`.

    The phone is found by its hash; the ID number is opened for the comparison and not given out.
    A withheld number is nobody's, and one that more than a household shares proves too little.
    """
    number = normalise_phone(who.phone)
    if not number:
        return []
    query = (
        select(PatientRow.id, PatientRow.name_verified, PatientRow.id_number_sealed)
        .join(PhoneRow, PhoneRow.patient_id == PatientRow.id)
        .where(PhoneRow.number_hash.in_(keys.digests(PHONE, number)), PhoneRow.place.is_not(None))
        .limit(_HOUSEHOLD + 1)
    )
    if locked:
        query = query.with_for_update(of=PatientRow)
    rows = (await connection.execute(query)).all()
    if len(rows) > _HOUSEHOLD:
        return []
    wanted = who.last_four.upper().encode()
    return [
        StoredPatient(row.id, row.name_verified)
        for row in rows
        if hmac.compare_digest(_last_four(keys, row), wanted)
    ]


def _last_four(keys: PersonalDataKeys, row: Any) -> bytes:
    return keys.open(ID_NUMBER, row.id, row.id_number_sealed)[-LAST_FOUR:].encode()


async def _free_place(connection: AsyncConnection, in_use: list[Any]) -> int:
    """A place for one more phone; `in_use` in the order of their last use."""
    taken = {row.place for row in in_use}
    for place in range(1, PHONES_PER_PATIENT + 1):
        if place not in taken:
            return place
    oldest = in_use[0]
    await connection.execute(update(PhoneRow).where(PhoneRow.id == oldest.id).values(place=None))
    return int(oldest.place)
