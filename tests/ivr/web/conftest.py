"""A site of its own for every test, on each database, and one on SQLite alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booking_client.personal_data import PersonalDataKeys
from tests.booking_client.conftest import (
    database_kind,
    migrated_file,
    postgresql_server,
    sqlite_url,
    url,
)
from tests.ivr.web.site import Site, running_site

__all__ = ["database_kind", "migrated_file", "postgresql_server", "sqlite_url", "url"]


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """On SQLite: for what is the same on every database."""
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    async with running_site(f"sqlite:///{tmp_path}/ivr.db", tmp_path) as site:
        yield site
