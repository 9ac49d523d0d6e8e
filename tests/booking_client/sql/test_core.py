from __future__ import annotations

from pathlib import Path

import pytest

import booking_client
from booking_client.errors import CoreUnavailable
from booking_client.interface import BookingCore
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import KEYS, NOW, TOMORROW, open_session, patient, rules

OTHER_KEYS = PersonalDataKeys(bytes(32))


async def test_connect_gives_the_one_interface(url: str) -> None:
    core: BookingCore = await booking_client.connect(url, keys=KEYS)
    assert await core.hospitals() == []
    await core.close()


async def test_the_key_comes_from_the_environment_unless_it_is_given(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IVR_DATA_KEY", raising=False)
    with pytest.raises(DataKeyError, match="IVR_DATA_KEY is not set"):
        await booking_client.connect(url)
    monkeypatch.setenv("IVR_DATA_KEY", PersonalDataKeys.generate())
    await (await booking_client.connect(url)).close()


async def test_a_database_opens_only_with_the_key_it_was_first_opened_with(url: str) -> None:
    await (await booking_client.connect(url, keys=KEYS)).close()
    with pytest.raises(DataKeyError, match="sealed with data key"):
        await booking_client.connect(url, keys=OTHER_KEYS)
    await (await booking_client.connect(url, keys=KEYS)).close()


async def test_a_key_that_does_not_open_a_name_is_unavailable_not_a_crash(
    core: SqlBookingCore,
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    held = await core.hold(1, channel="phone", phone="", now=NOW)
    booking = await core.confirm(held.id, patient(), "key", NOW)
    wrong = SqlBookingCore(core.database, OTHER_KEYS, rules())
    with pytest.raises(CoreUnavailable, match="another data key"):
        await wrong.booking_by_code(booking.code)


async def test_a_booking_is_still_there_after_closing_and_opening(
    core: SqlBookingCore, url: str
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    held = await core.hold(1, channel="phone", phone="", now=NOW)
    booking = await core.confirm(held.id, patient(), "key", NOW)
    await core.close()
    again = await booking_client.connect(url, keys=KEYS, rules=rules())
    found = await again.booking_by_code(booking.code)
    assert found is not None
    assert found.patient_name == patient().name
    await again.close()


async def test_a_folder_is_no_database_file(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(CoreUnavailable, match="there is no database file"):
        await booking_client.connect(f"sqlite:///{tmp_path}/folder.db", keys=KEYS)
