"""What there is to book: hospitals, departments, doctors."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused, Refusal
from booking_client.model import (
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
)
from booking_client.types import Department, Doctor, Hospital


async def hospitals(connection: AsyncConnection) -> Sequence[Hospital]:
    campuses: dict[int, list[str]] = {}
    for hospital_id, campus in await connection.execute(
        select(CampusRow.hospital_id, CampusRow.name)
        .where(CampusRow.retired_on.is_(None))
        .order_by(CampusRow.position)
    ):
        campuses.setdefault(hospital_id, []).append(campus)
    rows = await connection.execute(
        select(
            HospitalRow.id,
            HospitalRow.name,
            HospitalRow.aliases,
            HospitalRow.district,
            HospitalRow.level,
        ).order_by(HospitalRow.position)
    )
    return [
        Hospital(row.name, tuple(row.aliases), row.district, row.level, tuple(campuses[row.id]))
        for row in rows
    ]


async def departments(connection: AsyncConnection, hospital: str) -> Sequence[Department]:
    await require_hospital(connection, hospital)
    rows = await connection.execute(
        select(DepartmentRow.name, DepartmentRow.aliases, DepartmentGroupRow.name.label("parent"))
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .join(DepartmentGroupRow, DepartmentGroupRow.id == DepartmentRow.group_id)
        .where(HospitalRow.name == hospital, DepartmentRow.retired_on.is_(None))
        .order_by(DepartmentRow.position)
    )
    return [Department(hospital, row.name, row.parent, tuple(row.aliases)) for row in rows]


async def doctors(
    connection: AsyncConnection, hospital: str, department: str | None
) -> Sequence[Doctor]:
    if department is None:
        await require_hospital(connection, hospital)
    else:
        await require_department(connection, hospital, department)
    statement = (
        select(
            DoctorRow.name,
            DoctorRow.title,
            DoctorRow.expertise,
            DepartmentRow.name.label("department"),
        )
        .join(DepartmentRow, DepartmentRow.id == DoctorRow.department_id)
        .join(HospitalRow, HospitalRow.id == DepartmentRow.hospital_id)
        .where(
            HospitalRow.name == hospital,
            DepartmentRow.retired_on.is_(None),
            DoctorRow.retired_on.is_(None),
        )
        .order_by(DepartmentRow.position, DoctorRow.id)
    )
    if department is not None:
        statement = statement.where(DepartmentRow.name == department)
    rows = await connection.execute(statement)
    return [
        Doctor(hospital, row.department, row.name, row.title, row.expertise or "") for row in rows
    ]


async def require_hospital(connection: AsyncConnection, hospital: str) -> None:
    """Raises BookingRefused (unknown) for a name that is not in the catalogue."""
    known = select(exists().where(HospitalRow.name == hospital))
    if not await connection.scalar(known):
        raise BookingRefused(Refusal.UNKNOWN, f"no hospital {hospital}")


async def require_department(connection: AsyncConnection, hospital: str, department: str) -> None:
    """Raises BookingRefused (unknown) for a department that this hospital does not have."""
    await require_hospital(connection, hospital)
    known = select(
        exists()
        .where(HospitalRow.name == hospital)
        .where(DepartmentRow.hospital_id == HospitalRow.id)
        .where(DepartmentRow.name == department)
        .where(DepartmentRow.retired_on.is_(None))
    )
    if not await connection.scalar(known):
        raise BookingRefused(Refusal.UNKNOWN, f"no department {department} at {hospital}")
