from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import booking_client
from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import KEYS, open_clinic, rules


@pytest.fixture
async def core() -> AsyncIterator[SqlBookingCore]:
    """A core in memory with the small clinic and no session yet."""
    core = await booking_client.connect("sqlite://", keys=KEYS, rules=rules())
    await open_clinic(core.database)
    yield core
    await core.close()


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A migrated database file, empty."""
    url = f"sqlite:///{tmp_path}/booking.db"
    await booking_client.migrate(url)
    return url


@pytest.fixture
async def file_core(url: str) -> AsyncIterator[SqlBookingCore]:
    """A core on a file with the small clinic and no session yet."""
    core = await booking_client.connect(url, keys=KEYS, rules=rules())
    await open_clinic(core.database)
    yield core
    await core.close()
