"""What the agent's log says of migrations."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

import booking_client
from ivr.cli.serve import set_up_logging
from ivr.config import Config


def test_a_start_that_migrates_nothing_says_nothing_of_migrations(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    set_up_logging(Config())
    url = f"sqlite:///{tmp_path}/booking.db"
    with caplog.at_level(logging.INFO):
        asyncio.run(booking_client.migrate(url))
        assert "Running upgrade" in caplog.text
        caplog.clear()
        asyncio.run(booking_client.migrate(url))
    assert "alembic" not in caplog.text
