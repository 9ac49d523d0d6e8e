"""What every place that `connect` can reach must do alike: the tests here know only the interface.

They set the scene in the place's database, and give the time with every call.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import booking_client
from tests.booking_client.clinic import KEYS, open_clinic, open_second_hospital
from tests.booking_client.contract.place import Place


@pytest.fixture
async def place(url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """A core of each kind over the small clinic, with the small clinic's rules imported."""
    core = await booking_client.connect(url, keys=KEYS)
    await open_clinic(core.database)
    await open_second_hospital(core.database)
    place = Place(core, core, core.database, tmp_path / "rules.yaml")
    await place.use_rules()
    yield place
    await core.close()
