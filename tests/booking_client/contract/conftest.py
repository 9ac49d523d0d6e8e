"""What every place that `connect` can reach must do alike: the tests here know only the interface.

They set the scene in the place's database, and give the time with every call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import booking_client
from booking_client.http.core import KEY_VARIABLE
from booking_client.http.operations import Scope
from booking_client.interface import BookingCore
from tests.booking_client.clinic import KEYS, open_clinic, open_second_hospital
from tests.booking_client.contract.place import Place
from tests.booking_service.service import running

PLACES = ("sqlite", "postgresql", "http")


@pytest.fixture(params=PLACES)
def place_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_kind(place_kind: str) -> str:
    """What the service at the other end of HTTP keeps its bookings in is not the point."""
    return "sqlite" if place_kind == "http" else place_kind


@pytest.fixture
async def place(
    place_kind: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    """A core of each kind over the small clinic, with the small clinic's rules imported.

    The remote one is reached with a key that may do everything, as a database may.
    """
    async with AsyncExitStack() as stack:
        database_core = await booking_client.connect_database(url, keys=KEYS)
        stack.push_async_callback(database_core.close)
        await open_clinic(database_core.database)
        await open_second_hospital(database_core.database)
        core: BookingCore = database_core
        if place_kind == "http":
            service = await stack.enter_async_context(running(database_core))
            monkeypatch.setenv(KEY_VARIABLE, await service.key(scopes=Scope, burst=10_000))
            core = await booking_client.connect(service.url)
            stack.push_async_callback(core.close)
        place = Place(core, database_core, database_core.database, tmp_path / "rules.yaml")
        await place.use_rules()
        yield place
