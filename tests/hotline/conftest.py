"""The booking core's databases, which the hotline's tables share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from booking_client.personal_data import PersonalDataKeys
from ivr.hotline import Hotline
from tests.booking_client.conftest import (
    database_kind,
    migrated_file,
    postgresql_server,
    sqlite_url,
    url,
)

__all__ = [
    "database_kind",
    "hotline",
    "migrated_file",
    "postgresql_server",
    "sqlite_url",
    "url",
]

KEYS = PersonalDataKeys(bytes(range(32)))


@pytest.fixture
async def hotline(url: str) -> AsyncIterator[Hotline]:
    hotline = await Hotline.open(url, KEYS)
    yield hotline
    await hotline.close()
