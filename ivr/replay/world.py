"""A fresh booking database for every case: a copy of a template that is seeded once a run."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
from pathlib import Path

from sqlalchemy import select

from booking_client.catalogue.files import read_catalogue
from booking_client.demo.schedule import ensure_schedule
from booking_client.demo.seed import seed_demo
from booking_client.migrations.upgrade import migrate_url
from booking_client.model import BookingRow
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.catalogue_import import IMPORT_SECONDS, apply_import, plan_import
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from booking_client.sql.opening import open_core
from booking_client.types import BookingStatus, PersonalDataPermission
from ivr.agent.preparation import DAYS_AHEAD
from ivr.hotline import Hotline
from ivr.replay.result import MadeBooking

DEMO = "demo"
ENGINE_KEYS = PersonalDataKeys(hashlib.sha256(b"replayed calls hold invented people").digest())
_SEEN_BY = PersonalDataPermission("replay", "compare the booking with the case")


class Templates:
    """Seeded databases in `folder`, one for each catalogue and day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, catalogue: str, today: dt.date) -> Path:
        name = hashlib.sha256(catalogue.encode()).hexdigest()[:12]
        return self._folder / f"{name}-{today}.db"

    async def make(self, catalogue: str, today: dt.date) -> None:
        """Write the template if it is not there. `catalogue` is demo or a folder of
        `ivr catalogue export`. Raises DataFileError, CoreUnavailable."""
        path = self.path(catalogue, today)
        if path.exists():
            return
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        url = f"sqlite:///{unfinished}"
        if catalogue == DEMO:
            await seed_demo(url, today, DAYS_AHEAD)
        else:
            await _seed_folder(url, Path(catalogue), today)
        unfinished.rename(path)


async def _seed_folder(url: str, folder: Path, today: dt.date) -> None:
    catalogue = read_catalogue(folder)
    await migrate_url(url)
    database = open_database(url, IMPORT_SECONDS)
    try:
        plan = await plan_import(database, catalogue, today)
        await apply_import(database, catalogue, today, plan)
        await ensure_schedule(database, today, DAYS_AHEAD)
    finally:
        await database.close()


async def open_world(template: Path, copy: Path, seed: int) -> SqlBookingCore:
    """The booking core on a copy of `template`; its confirmation codes follow `seed`. What a run
    that was killed has left there is gone, its write-ahead log above all, which SQLite would
    otherwise apply to the copy.

    Raises CoreUnavailable.
    """
    for left in copy.parent.glob(f"{copy.name}*"):
        left.unlink()
    shutil.copyfile(template, copy)
    codes = random.Random(seed)
    return await open_core(f"sqlite:///{copy}", keys=ENGINE_KEYS, rules=None, codes=codes)


async def open_hotline(seed: int) -> Hotline:
    """The hotline's tables, empty and in memory; ticket numbers follow `seed`."""
    return await Hotline.open("sqlite://", ENGINE_KEYS, codes=random.Random(seed))


async def bookings_of(core: SqlBookingCore, now: dt.datetime) -> tuple[MadeBooking, ...]:
    """Every live booking in the database, ID numbers in the clear (invented people)."""
    async with core.database.reading() as connection:
        rows = await connection.execute(
            select(BookingRow.code)
            .where(BookingRow.status == BookingStatus.BOOKED.value)
            .order_by(BookingRow.id)
        )
        codes = list(rows.scalars())
    made = []
    for code in codes:
        booking = await core.booking_by_code(code)
        if booking is None:
            continue
        patient = await core.patient_of_booking(code, _SEEN_BY, now)
        session = booking.session
        made.append(
            MadeBooking(
                hospital=session.hospital,
                campus=session.campus,
                department=session.department,
                doctor=session.doctor or "",
                date=session.date.isoformat(),
                session=session.period,
                id_number=patient.id_number,
                code=code,
            )
        )
    return tuple(made)
