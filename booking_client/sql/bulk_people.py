"""Patients and phones of many bookings at once; see `patients` for those of one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import PatientRow, PhoneRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.sql import patients
from booking_client.types import Patient

Visit = tuple[Patient, dt.datetime]  # who booked, and when
Pair = tuple[str, str]  # ID number, phone (both normalised)


@dataclass(frozen=True, slots=True)
class People:
    """Who is in the database by now: (patient id, name is verified) by ID number, phone ids."""

    patients: dict[str, tuple[str, bool]]
    phones: dict[Pair, str | None]


async def save_people(
    connection: AsyncConnection, keys: PersonalDataKeys, visits: Sequence[Visit]
) -> People:
    """Write the patients and phones that are new; who is there already keeps the name.

    The rows of those who are there stay locked until the transaction ends.
    """
    first: dict[str, Visit] = {}
    phones: dict[Pair, dt.datetime] = {}  # when each was used last
    for patient, at in visits:
        first.setdefault(patient.id_number, (patient, at))
        pair = patient.id_number, normalise_phone(patient.phone)
        phones[pair] = max(phones.get(pair, at), at)
    known = await _known_patients(connection, keys, first)
    new = {number: uuid.uuid4().hex for number in first if number not in known}
    await _insert_patients(connection, keys, {new[n]: first[n] for n in new})
    found = known | {number: (new[number], first[number][0].name_verified) for number in new}
    return People(found, await _save_phones(connection, keys, found, phones, new.keys()))


async def _known_patients(
    connection: AsyncConnection, keys: PersonalDataKeys, numbers: Iterable[str]
) -> dict[str, tuple[str, bool]]:
    by_hash = {hashed: n for n in numbers for hashed in keys.digests(patients.ID_NUMBER, n)}
    rows = await connection.execute(
        select(PatientRow.id, PatientRow.id_number_hash, PatientRow.name_verified)
        .where(PatientRow.id_number_hash.in_(by_hash))
        .order_by(PatientRow.id)
        .with_for_update()
    )
    return {by_hash[row.id_number_hash]: (row.id, row.name_verified) for row in rows}


async def _insert_patients(
    connection: AsyncConnection, keys: PersonalDataKeys, new: Mapping[str, Visit]
) -> None:
    rows = [
        {
            "id": patient_id,
            "id_number_hash": keys.digest(patients.ID_NUMBER, patient.id_number),
            "id_number_sealed": keys.seal(patients.ID_NUMBER, patient_id, patient.id_number),
            "name_sealed": keys.seal(patients.NAME, patient_id, patient.name),
            "name_verified": patient.name_verified,
            "created_at": at,
        }
        for patient_id, (patient, at) in new.items()
    ]
    if rows:
        await connection.execute(insert(PatientRow), rows)


async def _save_phones(
    connection: AsyncConnection,
    keys: PersonalDataKeys,
    found: Mapping[str, tuple[str, bool]],
    used: Mapping[Pair, dt.datetime],
    new_patients: Collection[str],
) -> dict[Pair, str | None]:
    """The phone ids of every pair in `used`. The first phone of a new patient is written with
    the others of its kind; whatever displaces another goes the way of a single booking."""
    there = await _known_phones(connection, [found[n][0] for n in found if n not in new_patients])
    phones: dict[Pair, str | None] = {}
    inserted: list[dict[str, Any]] = []
    touched: list[dict[str, Any]] = []
    others: list[Pair] = []
    begun: set[str] = set()
    for pair, at in used.items():
        number, phone = pair
        patient_id = found[number][0]
        hashes = keys.digests(patients.PHONE, phone)
        known = next((there[patient_id, h] for h in hashes if (patient_id, h) in there), None)
        if not phone:
            phones[pair] = None
        elif known is not None:
            phones[pair] = known
            touched.append({"phone_id": known, "used": at})
        elif number in new_patients and number not in begun:
            begun.add(number)
            phone_id = phones[pair] = uuid.uuid4().hex
            inserted.append(
                {
                    "id": phone_id,
                    "patient_id": patient_id,
                    "number_hash": hashes[0],
                    "number_sealed": keys.seal(patients.PHONE, phone_id, phone),
                    "created_at": at,
                    "place": 1,
                    "last_used_at": at,
                }
            )
        else:
            others.append(pair)
    if inserted:
        await connection.execute(insert(PhoneRow), inserted)
    if touched:
        await connection.execute(_TOUCH_PHONE, touched)
    for pair in others:
        number, phone = pair
        phones[pair] = await patients.save_phone(
            connection, keys, found[number][0], phone, used[pair]
        )
    return phones


_TOUCH_PHONE = (
    update(PhoneRow)
    .where(PhoneRow.id == bindparam("phone_id"), PhoneRow.last_used_at < bindparam("used"))
    .values(last_used_at=bindparam("used"))
)


async def _known_phones(
    connection: AsyncConnection, patient_ids: Sequence[str]
) -> dict[tuple[str, bytes], str]:
    """Ids of the phones in use, by patient and hash."""
    rows = await connection.execute(
        select(PhoneRow.id, PhoneRow.patient_id, PhoneRow.number_hash).where(
            PhoneRow.patient_id.in_(patient_ids), PhoneRow.place.is_not(None)
        )
    )
    return {(row.patient_id, row.number_hash): row.id for row in rows}
