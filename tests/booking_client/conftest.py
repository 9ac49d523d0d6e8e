from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

import booking_client
from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import KEYS, open_clinic, rules
from tests.booking_client.postgresql_server import binaries, running_server

DATABASES = ("sqlite", "postgresql")
_TEMPLATE = "postgres"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a running server's migrated database, from which every test copies its own."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with running_server() as url:
        # In a thread of its own: pytest-asyncio may have a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, booking_client.migrate(url)).result()
        yield url


async def copied_database(server: str, template: str = _TEMPLATE) -> str:
    """A database of its own on the running server: migrated and empty, or a copy of `template`."""
    name = f"clinic_{next(_numbers)}"
    maintenance = server.replace(f"/{_TEMPLATE}?", "/template1?")
    engine = create_async_engine(
        maintenance.replace("postgresql:", "postgresql+asyncpg:"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await engine.dispose()
    return server.replace(f"/{_TEMPLATE}?", f"/{name}?")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database, migrated and empty, of which every test takes a copy."""
    path = tmp_path_factory.mktemp("template") / "booking.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, booking_client.migrate(f"sqlite:///{path}")).result()
    return path


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """A migrated, empty database that several processes can open."""
    if database_kind == "postgresql":
        return await copied_database(request.getfixturevalue("postgresql_server"))
    return str(request.getfixturevalue("sqlite_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """A migrated database file, empty."""
    shutil.copy(migrated_file, tmp_path / "booking.db")
    return f"sqlite:///{tmp_path}/booking.db"


@pytest.fixture
async def core(url: str) -> AsyncIterator[SqlBookingCore]:
    """A core with the small clinic and no session yet, on a database that outlives it."""
    core = await booking_client.connect_database(url, keys=KEYS, rules=rules())
    await open_clinic(core.database)
    yield core
    await core.close()
