"""A small clinic for tests: one hospital, two departments, a few sessions, invented patients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert

from booking_client.id_number import check_character
from booking_client.model import (
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
    SessionRow,
    SlotRow,
)
from booking_client.personal_data import PersonalDataKeys
from booking_client.rules import HospitalRules, Rules
from booking_client.sql.database import Database
from booking_client.types import Patient

KEYS = PersonalDataKeys(bytes(range(32)))
HOSPITAL = "城东医院"
HEART, BONES = "心血管内科", "骨科"
NOW = dt.datetime(2026, 11, 24, 9, 0)  # a Tuesday
TOMORROW = dt.date(2026, 11, 25)
IN_A_WEEK = dt.date(2026, 12, 1)
PHONE = "13800000000"


def hospital_rules(**changes: object) -> HospitalRules:
    """Rules that do not depend on data/rules.yaml, with `changes`."""
    default = {
        "first_day": 1,
        "last_day": 7,
        "next_day_cut_off": "16:30",
        "release_hour": "00:00",
        "hold_minutes": 15,
        "live_holds_per_phone": 2,
        "cancel_until": None,
    }
    return HospitalRules.model_validate(default | changes)


def rules(**changes: object) -> Rules:
    """The same as the rules of every hospital."""
    return Rules.always(hospital_rules(**changes))


def patient(number: int = 1, name: str = "林春生", phone: str = PHONE) -> Patient:
    """An invented person; each `number` (1 to 999) is another one."""
    first_17 = f"32010019450101{number:03}"
    return Patient(first_17 + check_character(first_17), name, True, phone)


async def open_clinic(database: Database) -> None:
    """Write the hospital with its two departments and, in the first, one doctor."""
    async with database.writing() as connection:
        await connection.execute(
            insert(HospitalRow).values(
                id=1,
                name=HOSPITAL,
                aliases=["城东"],
                city="南京市",
                district="玄武区",
                level="三级",
                position=0,
            )
        )
        await connection.execute(
            insert(CampusRow).values(id=1, hospital_id=1, name="本部", position=0)
        )
        await connection.execute(
            insert(DepartmentGroupRow),
            [
                {"id": 1, "hospital_id": 1, "name": "内科"},
                {"id": 2, "hospital_id": 1, "name": "外科"},
            ],
        )
        await connection.execute(
            insert(DepartmentRow),
            [
                {
                    "id": number,
                    "hospital_id": 1,
                    "group_id": number,
                    "name": name,
                    "aliases": [],
                    "position": number,
                }
                for number, name in ((1, HEART), (2, BONES))
            ],
        )
        await connection.execute(
            insert(DoctorRow).values(id=1, department_id=1, name="秦明月", title="主任医师")
        )


async def open_session(
    database: Database,
    session_id: int,
    date: dt.date,
    capacities: Sequence[int],
    *,
    department_id: int = 1,
    campus_id: int = 1,
    doctor_id: int | None = None,
    period: str = "上午",
    status: str = "open",
) -> None:
    """Add a session with 30-minute bands from 08:00 (13:30 in the afternoon) on."""
    start = dt.datetime.combine(date, dt.time(8) if period == "上午" else dt.time(13, 30))
    half_hour = dt.timedelta(minutes=30)
    async with database.writing() as connection:
        await connection.execute(
            insert(SessionRow).values(
                id=session_id,
                department_id=department_id,
                campus_id=campus_id,
                doctor_id=doctor_id,
                date=date,
                period=period,
                fee_yuan=16,
                status=status,
            )
        )
        await connection.execute(
            insert(SlotRow),
            [
                {
                    "session_id": session_id,
                    "starts": (start + band * half_hour).time(),
                    "ends": (start + (band + 1) * half_hour).time(),
                    "capacity": capacity,
                    "held": 0,
                    "booked": 0,
                }
                for band, capacity in enumerate(capacities)
            ],
        )


OTHER_HOSPITAL = "城西医院"


async def open_second_hospital(database: Database) -> None:
    """A hospital in the next district with the heart department alone (department 3)."""
    async with database.writing() as connection:
        await connection.execute(
            insert(HospitalRow).values(
                id=2,
                name=OTHER_HOSPITAL,
                aliases=[],
                city="南京市",
                district="建邺区",
                level="三级",
                position=1,
            )
        )
        await connection.execute(
            insert(CampusRow).values(id=2, hospital_id=2, name="本部", position=0)
        )
        await connection.execute(
            insert(DepartmentGroupRow).values(id=3, hospital_id=2, name="内科")
        )
        await connection.execute(
            insert(DepartmentRow).values(
                id=3, hospital_id=2, group_id=3, name=HEART, aliases=[], position=0
            )
        )
        await connection.execute(
            insert(DoctorRow).values(
                id=2, department_id=1, name="周安", title="副主任医师", expertise="心律失常"
            )
        )
