"""Four hospitals for conversations, in the real booking core on SQLite.

Today is Tuesday 24 November 2026, nine in the morning; the window is tomorrow to
next Tuesday. At 南京鼓楼医院 心血管内科 has an ordinary clinic every morning and,
on working days, every afternoon; 秦明月 has Thursday morning (one place) and next
Tuesday morning, 林春生 Friday afternoon. 骨科 has mornings only and is full on
Thursday; 神经内科 has nothing; 周安 is 眼科's one doctor and never there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert

import booking_client
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
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Report

NOW = dt.datetime(2026, 11, 24, 9, 0)
TODAY = NOW.date()
KNOWN_ID = "32010619450101001X"
UNKNOWN_ID = "320100193605071543"
REGISTRY = {KNOWN_ID: "陈德安"}

_FULL = (0, 0)
_FREE = (2, 2)
_ONE_PLACE = (1,)


@dataclass(frozen=True, slots=True)
class _Hospital:
    name: str
    aliases: tuple[str, ...]
    campuses: tuple[str, ...]
    departments: Mapping[str, tuple[str, ...]]  # name -> doctors


_HOSPITALS = (
    _Hospital(
        "南京鼓楼医院",
        ("鼓楼医院",),
        ("本部",),
        {
            "心血管内科": ("秦明月", "林春生"),
            "神经内科": (),
            "骨科": (),
            "眼科": ("周安",),
            "健康证体检": (),
        },
    ),
    _Hospital("江苏省人民医院", ("省人民医院",), ("本部",), {"心血管内科": (), "骨科": ()}),
    _Hospital(
        "南京市儿童医院", ("儿童医院",), ("广州路院区", "河西院区"), {"儿科": (), "眼科": ()}
    ),
    _Hospital("南京博大肾科医院", ("博大肾科医院",), ("本部",), {"肾内科": ()}),
)
_ALIASES = {"心血管内科": ["心内科"], "神经内科": ["神内科"]}


@dataclass(frozen=True, slots=True)
class _Session:
    hospital: str
    department: str
    doctor: str | None
    date: dt.date
    period: str
    places: tuple[int, ...]


def _sessions() -> Iterator[_Session]:
    heart, bones = "心血管内科", "骨科"
    drum_tower, provincial = "南京鼓楼医院", "江苏省人民医院"
    for offset in range(1, 8):
        date = TODAY + dt.timedelta(days=offset)
        yield _Session(drum_tower, heart, None, date, "上午", _FREE)
        if date.weekday() < 5:
            yield _Session(drum_tower, heart, None, date, "下午", _FREE)
        thursday = date == dt.date(2026, 11, 26)
        yield _Session(drum_tower, bones, None, date, "上午", _FULL if thursday else _FREE)
        yield _Session(drum_tower, "健康证体检", None, date, "上午", _FREE)
        yield _Session(drum_tower, "眼科", None, date, "上午", _ONE_PLACE)
        yield _Session(provincial, heart, None, date, "上午", _FREE)
        yield _Session(provincial, bones, None, date, "下午", _FREE)
        yield _Session("南京市儿童医院", "儿科", None, date, "上午", _FREE)
        yield _Session("南京博大肾科医院", "肾内科", None, date, "上午", _FREE)
    yield _Session(drum_tower, heart, "秦明月", dt.date(2026, 11, 26), "上午", _ONE_PLACE)
    yield _Session(drum_tower, heart, "秦明月", dt.date(2026, 12, 1), "上午", _FREE)
    yield _Session(drum_tower, heart, "林春生", dt.date(2026, 11, 27), "下午", _FREE)


class Registry:
    """Knows one person."""

    async def name_for(self, id_number: str) -> str | None:
        return REGISTRY.get(id_number)


class Reports:
    """One report is out and one is not; both are the known person's."""

    async def reports_of(self, id_number: str, now: dt.datetime) -> Sequence[Report]:
        if id_number != KNOWN_ID:
            return ()
        return (
            Report("南京鼓楼医院", True, "请带身份证到门诊一楼自助机打印"),
            Report("江苏省人民医院", False, "", TODAY + dt.timedelta(days=2)),
        )


async def make_clinic(path: Path) -> None:
    """Write a database file with these hospitals, to be copied for each conversation."""
    await booking_client.migrate(f"sqlite:///{path}")
    core = await open_core(path)
    async with core.database.writing() as connection:
        for table, rows in _rows().items():
            await connection.execute(insert(table), rows)
    await core.close()


async def open_core(path: Path) -> SqlBookingCore:
    """The booking core on a copy of that file."""
    rules = Rules.always(
        HospitalRules.model_validate(
            {
                "first_day": 1,
                "last_day": 7,
                "next_day_cut_off": "16:30",
                "release_hour": "00:00",
                "hold_minutes": 15,
                "live_holds_per_phone": 2,
                "cancel_until": None,
            }
        )
    )
    return await booking_client.connect_database(
        f"sqlite:///{path}", keys=PersonalDataKeys(bytes(range(32))), rules=rules
    )


@dataclass(frozen=True, slots=True)
class SharedClinic:
    """One core for many conversations, each of which begins with the clinic as it was made: a
    core of its own would read the calendar and compile every statement anew."""

    core: SqlBookingCore
    path: Path
    made: Path

    @classmethod
    async def open(cls, folder: Path) -> SharedClinic:
        made, path = folder / "made.db", folder / "booking.db"
        await make_clinic(made)
        shutil.copy(made, path)
        return cls(await open_core(path), path, made)

    def restore(self, kept: Path | None = None) -> None:
        """Undo what the last conversation wrote; `kept` is what `keep` gave, None the clinic as it
        was made."""
        _copy(kept or self.made, self.path)

    def keep(self, name: str) -> Path:
        """The clinic as it stands now, to be restored."""
        kept = self.made.with_name(f"{name}.db")
        _copy(self.path, kept)
        return kept


def _copy(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(source)) as there,
        contextlib.closing(sqlite3.connect(target)) as here,
    ):
        here.execute("PRAGMA synchronous = OFF")
        there.backup(here)


def _rows() -> dict[type, list[dict[str, Any]]]:
    tables = (
        HospitalRow,
        CampusRow,
        DepartmentGroupRow,
        DepartmentRow,
        DoctorRow,
        SessionRow,
        SlotRow,
    )
    rows: dict[type, list[dict[str, Any]]] = {table: [] for table in tables}

    def add(table: type, **values: Any) -> int:
        rows[table].append(values)
        return len(rows[table])

    campus_of: dict[str, int] = {}
    department_of: dict[tuple[str, str], int] = {}
    doctor_of: dict[str, int] = {}
    for position, hospital in enumerate(_HOSPITALS, start=1):
        add(
            HospitalRow,
            id=position,
            name=hospital.name,
            aliases=list(hospital.aliases),
            city="南京市",
            district="鼓楼区",
            level="三级甲等",
            position=position,
        )
        for campus in hospital.campuses:
            number = len(rows[CampusRow]) + 1
            add(CampusRow, id=number, hospital_id=position, name=campus, position=number)
            campus_of.setdefault(hospital.name, number)
        add(DepartmentGroupRow, id=position, hospital_id=position, name="临床")
        for name, doctors in hospital.departments.items():
            number = len(rows[DepartmentRow]) + 1
            department_of[hospital.name, name] = add(
                DepartmentRow,
                id=number,
                hospital_id=position,
                group_id=position,
                name=name,
                aliases=_ALIASES.get(name, []),
                position=number,
            )
            for doctor in doctors:
                doctor_of[doctor] = len(rows[DoctorRow]) + 1
                add(
                    DoctorRow,
                    id=doctor_of[doctor],
                    department_id=number,
                    name=doctor,
                    title="主任医师",
                )
    for number, session in enumerate(_sessions(), start=1):
        add(
            SessionRow,
            id=number,
            department_id=department_of[session.hospital, session.department],
            campus_id=campus_of[session.hospital],
            doctor_id=doctor_of[session.doctor] if session.doctor else None,
            date=session.date,
            period=session.period,
            fee_yuan=40 if session.doctor else 16,
            status="open",
        )
        start = dt.datetime.combine(session.date, dt.time(8 if session.period == "上午" else 14))
        for band, places in enumerate(session.places):
            begins = start + dt.timedelta(minutes=30 * band)
            add(
                SlotRow,
                session_id=number,
                starts=begins.time(),
                ends=(begins + dt.timedelta(minutes=30)).time(),
                capacity=places,
                held=0,
                booked=0,
            )
    return rows
