"""A database is opened with the keys that its personal data is sealed with, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from booking_client import migrate
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.opening import open_core

FIRST, SECOND = (PersonalDataKeys(bytes([number]) * 32) for number in (1, 2))


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A migrated database that was opened with FIRST."""
    url = f"sqlite:///{tmp_path / 'booking.db'}"
    await migrate(url)
    await (await open_core(url, keys=FIRST, rules=None)).close()
    return url


async def test_another_key_opens_nothing(url: str) -> None:
    with pytest.raises(DataKeyError, match="sealed with data key"):
        await open_core(url, keys=SECOND, rules=None)


async def test_the_key_it_was_opened_with_opens_it_again(url: str) -> None:
    core = await open_core(url, keys=FIRST, rules=None)
    assert not await core.hospitals()
    await core.close()


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(CoreUnavailable):
        await open_core(f"sqlite:///{tmp_path / 'none.db'}", keys=FIRST, rules=None)
    assert not list(tmp_path.iterdir())
