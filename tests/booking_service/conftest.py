from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import booking_client
from tests.booking_client.clinic import KEYS, TOMORROW, open_clinic, open_session, rules
from tests.booking_service.service import Service, running


async def _open(path: Path) -> None:
    """The small clinic with two sessions tomorrow."""
    url = f"sqlite:///{path}"
    await booking_client.migrate(url)
    core = await booking_client.connect_database(url, keys=KEYS)
    await open_clinic(core.database)
    await open_session(core.database, 1, TOMORROW, [2, 1])
    await open_session(core.database, 2, TOMORROW, [5], department_id=2)
    await core.close()


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that every test has a copy of."""
    path = tmp_path_factory.mktemp("clinic") / "booking.db"
    # In a thread of its own: pytest-asyncio may have a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _open(path)).result()
    return path


@pytest.fixture
async def sqlite_url(opened: Path, tmp_path: Path) -> str:
    shutil.copy(opened, tmp_path / "booking.db")
    return f"sqlite:///{tmp_path}/booking.db"


@pytest.fixture
async def service(sqlite_url: str) -> AsyncIterator[Service]:
    """The small clinic, served to whoever has the hotline's key."""
    core = await booking_client.connect_database(sqlite_url, keys=KEYS, rules=rules())
    async with running(core) as service:
        await service.use_key()
        yield service
    await core.close()
