from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import booking_client
from tests.booking_client.clinic import KEYS, TOMORROW, open_clinic, open_session, rules
from tests.booking_service.service import Service, running


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The small clinic with two sessions tomorrow, served to whoever has the hotline's key."""
    url = f"sqlite:///{tmp_path}/booking.db"
    await booking_client.migrate(url)
    core = await booking_client.connect_database(url, keys=KEYS, rules=rules())
    await open_clinic(core.database)
    await open_session(core.database, 1, TOMORROW, [2, 1])
    await open_session(core.database, 2, TOMORROW, [5], department_id=2)
    async with running(core) as service:
        await service.use_key()
        yield service
    await core.close()
