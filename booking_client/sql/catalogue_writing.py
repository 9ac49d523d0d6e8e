"""A catalogue written over the stored one; see `catalogue_import` for when that may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.catalogue.entries import Catalogue
from booking_client.model import (
    Base,
    CampusRow,
    DepartmentGroupRow,
    DepartmentRow,
    DoctorRow,
    HospitalRow,
)
from booking_client.sql.stored_catalogue import StoredCatalogue, in_use


class CatalogueWriter:
    """Writes a catalogue over the stored one, level by level, each level's rows together."""

    def __init__(
        self, connection: AsyncConnection, stored: StoredCatalogue, today: dt.date
    ) -> None:
        self._connection = connection
        self._stored = stored
        self._today = today

    async def write(self, new: Catalogue) -> None:
        stored = self._stored
        hospitals = await self._hospitals(new)
        await self._level(
            CampusRow,
            stored.campuses,
            {
                (name, campus): {"hospital_id": hospitals[name], "position": position}
                for name, hospital in new.items()
                for position, campus in enumerate(hospital.campuses)
            },
            new,
        )
        groups = await self._groups(new, hospitals)
        departments = await self._level(
            DepartmentRow,
            stored.departments,
            {
                (name, department.name): {
                    "hospital_id": hospitals[name],
                    "group_id": groups[name, department.group],
                    "aliases": list(department.aliases),
                    "position": position,
                }
                for name, hospital in new.items()
                for position, department in enumerate(hospital.departments)
            },
            new,
        )
        await self._level(
            DoctorRow,
            stored.doctors,
            {
                (name, department.name, doctor.name): {
                    "department_id": departments[name, department.name],
                    "title": doctor.title,
                    "expertise": doctor.expertise or None,
                }
                for name, hospital in new.items()
                for department in hospital.departments
                for doctor in department.doctors
            },
            new,
        )

    async def _hospitals(self, new: Catalogue) -> dict[str, int]:
        ids = {name: row.id for name, row in self._stored.hospitals.items()}
        last = max((row.position for row in self._stored.hospitals.values()), default=-1)
        inserted: list[dict[str, Any]] = []
        updated: list[dict[str, Any]] = []
        for name, hospital in new.items():
            values = {
                "aliases": list(hospital.aliases),
                "city": hospital.city,
                "district": hospital.district,
                "level": hospital.level,
            }
            if name in ids:
                updated.append({"row_id": ids[name], **values})
            else:
                last += 1
                inserted.append({"name": name, "position": last, **values})
        await self._update(HospitalRow, updated)
        await self._insert(HospitalRow, inserted)
        rows = await self._connection.execute(select(HospitalRow.id, HospitalRow.name))
        return {row.name: row.id for row in rows}

    async def _groups(
        self, new: Catalogue, hospitals: Mapping[str, int]
    ) -> dict[tuple[str, str], int]:
        wanted = dict.fromkeys(
            (name, department.group)
            for name, hospital in new.items()
            for department in hospital.departments
        )
        await self._insert(
            DepartmentGroupRow,
            [
                {"hospital_id": hospitals[hospital], "name": group}
                for hospital, group in wanted
                if (hospital, group) not in self._stored.groups
            ],
        )
        rows = await self._connection.execute(
            select(
                DepartmentGroupRow.id, HospitalRow.name.label("hospital"), DepartmentGroupRow.name
            ).join(HospitalRow, HospitalRow.id == DepartmentGroupRow.hospital_id)
        )
        return {(row.hospital, row.name): row.id for row in rows}

    async def _level(
        self,
        table: type[CampusRow | DepartmentRow | DoctorRow],
        stored: Mapping[Any, Any],
        wanted: Mapping[Any, dict[str, Any]],
        new: Catalogue,
    ) -> dict[Any, int]:
        """Insert, change, revive and retire the rows of one level; returns the wanted rows' ids.

        The last part of a key is the row's name, the first its hospital's.
        """
        retired = [
            {"row_id": row.id, "retired_on": self._today}
            for key, row in in_use(stored)
            if key[0] in new and key not in wanted
        ]
        updated = [
            {"row_id": stored[key].id, "retired_on": None, **values}
            for key, values in wanted.items()
            if key in stored and _differ(stored[key], values)
        ]
        inserted = [
            {"name": key[-1], **values} for key, values in wanted.items() if key not in stored
        ]
        await self._update(table, retired)
        await self._update(table, updated)
        await self._insert(table, inserted)
        if table is not DepartmentRow:
            return {}
        rows = await self._connection.execute(
            select(DepartmentRow.id, HospitalRow.name.label("hospital"), DepartmentRow.name).join(
                HospitalRow, HospitalRow.id == DepartmentRow.hospital_id
            )
        )
        return {(row.hospital, row.name): row.id for row in rows}

    async def _insert(self, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table), rows)

    async def _update(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            columns: dict[str, BindParameter[Any]] = {
                name: bindparam(f"new_{name}") for name in rows[0] if name != "row_id"
            }
            statement = update(table.__table__).where(table.id == bindparam("row_id"))
            await self._connection.execute(
                statement.values(columns),
                [
                    {
                        name if name == "row_id" else f"new_{name}": value
                        for name, value in row.items()
                    }
                    for row in rows
                ],
            )


def _differ(row: Any, values: Mapping[str, Any]) -> bool:
    """Whether a stored row is retired or has other values."""
    return row.retired_on is not None or any(
        getattr(row, name) != value for name, value in values.items()
    )
