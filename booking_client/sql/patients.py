"""Patients and phones: sealed on the way in, opened on the way out."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.model import PatientRow, PhoneRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.phone_number import normalise_phone
from booking_client.types import Patient

ID_NUMBER = "patient.id_number"
NAME = "patient.name"
PHONE = "phone.number"
# A hold has only the phone's hash, of a column of its own: it does not tell whose phone it is.
HOLD_PHONE = "hold.phone"


async def save_patient(
    connection: AsyncConnection, keys: PersonalDataKeys, patient: Patient, now: dt.datetime
) -> tuple[str, bool]:
    """Find the patient by ID number or make a row; returns (patient id, name is verified).

    A registered name replaces a spoken one, a newer spoken name an older one; a
    spoken name never replaces a registered one.
    """
    id_hash = keys.digest(ID_NUMBER, patient.id_number)
    rows = await connection.execute(
        select(PatientRow.id, PatientRow.name_verified).where(PatientRow.id_number_hash == id_hash)
    )
    known = rows.one_or_none()
    if known is None:
        patient_id = uuid.uuid4().hex
        await connection.execute(
            insert(PatientRow).values(
                id=patient_id,
                id_number_hash=id_hash,
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
    """The id of this phone among the patient's; None for a withheld number."""
    number = normalise_phone(phone)
    if not number:
        return None
    number_hash = keys.digest(PHONE, number)
    known = await connection.scalar(
        select(PhoneRow.id).where(
            PhoneRow.patient_id == patient_id, PhoneRow.number_hash == number_hash
        )
    )
    if known is not None:
        return known
    phone_id = uuid.uuid4().hex
    await connection.execute(
        insert(PhoneRow).values(
            id=phone_id,
            patient_id=patient_id,
            number_hash=number_hash,
            number_sealed=keys.seal(PHONE, phone_id, number),
            created_at=now,
        )
    )
    return phone_id
