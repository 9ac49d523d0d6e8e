from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from booking_client.demo.bulletin import Bulletin
from booking_client.demo.catalogue import insert_catalogue
from booking_client.demo.month import MonthFault, write_month
from booking_client.model import BookingRow, PatientRow, SessionRow
from booking_client.sql.bulk import BulkCount
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.opening import open_core
from tests.booking_client.clinic import KEYS
from tests.booking_client.demo.small_month import write_small_bulletin
from tests.booking_client.truth import falsehoods


@pytest.fixture
async def platform(url: str) -> AsyncIterator[SqlBookingCore]:
    """The demonstration's catalogue without a session, on both databases."""
    core = await open_core(url, keys=KEYS, rules=None)
    async with core.database.alone() as connection:
        await insert_catalogue(connection)
    yield core
    await core.close()


@pytest.fixture
def bulletin(tmp_path: Path) -> Bulletin:
    return write_small_bulletin(tmp_path)


async def test_a_month_is_written_once_and_all_of_it_is_true(
    platform: SqlBookingCore, bulletin: Bulletin
) -> None:
    database = platform.database
    assert await write_month(database, KEYS, bulletin) == BulkCount(bulletin.total, 0)
    assert await write_month(database, KEYS, bulletin) == BulkCount(0, bulletin.total)
    async with database.reading() as connection:
        assert await falsehoods(connection) == []
        bookings = await connection.scalar(select(func.count()).select_from(BookingRow))
        patients = await connection.scalar(select(func.count()).select_from(PatientRow))
    assert bookings == bulletin.total
    assert patients is not None
    assert patients < bulletin.total


async def test_a_hospital_that_is_not_there_is_named(url: str, bulletin: Bulletin) -> None:
    core = await open_core(url, keys=KEYS, rules=None)
    with pytest.raises(MonthFault, match="南京鼓楼医院"):
        await write_month(core.database, KEYS, bulletin)
    await core.close()


async def test_a_month_with_other_sessions_is_left_alone(
    platform: SqlBookingCore, bulletin: Bulletin
) -> None:
    async with platform.database.alone() as connection:
        await connection.execute(
            insert(SessionRow).values(
                department_id=1,
                campus_id=1,
                date=dt.date(2021, 2, 9),
                period="上午",
                fee_yuan=16,
                status="open",
            )
        )
    with pytest.raises(MonthFault, match="sessions already"):
        await write_month(platform.database, KEYS, bulletin)
