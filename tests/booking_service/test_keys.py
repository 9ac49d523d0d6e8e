from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from booking_client.errors import BookingRefused, Refusal
from booking_client.http.operations import Scope
from booking_client.sql.database import open_database
from booking_service.keys import OF_A_CHANNEL, ApiKeys
from tests.booking_client.clinic import NOW


@pytest.fixture
async def keys(sqlite_url: str) -> AsyncIterator[ApiKeys]:
    database = open_database(sqlite_url)
    yield ApiKeys(database)
    await database.close()


async def test_a_key_is_found_again_and_nothing_else_is(keys: ApiKeys) -> None:
    presented = await keys.add("third_party", NOW)
    other = await keys.add("phone", NOW)
    found = await keys.find(presented)
    assert found is not None
    assert (found.channel, found.scopes) == ("third_party", frozenset(OF_A_CHANNEL))
    mixed = other[:12] + presented[12:]
    for wrong in ("", presented[:-1], presented + "x", mixed, presented.upper(), "bk_00000000_x"):
        assert await keys.find(wrong) is None


async def test_what_the_database_has_lets_nobody_in(keys: ApiKeys, sqlite_url: str) -> None:
    presented = await keys.add("phone", NOW)
    secret = presented.split("_", 2)[2][:20]
    path = sqlite_url.removeprefix("sqlite:///")
    stored = b"".join(part.read_bytes() for part in Path(path).parent.glob("booking.db*"))
    assert presented[3:11].encode() in stored
    assert secret.encode() not in stored


async def test_a_revoked_key_is_let_in_no_more(keys: ApiKeys) -> None:
    presented = await keys.add("phone", NOW)
    (key,) = await keys.list()
    assert await keys.revoke(key.id, NOW)
    assert not await keys.revoke(key.id, NOW)
    assert not await keys.revoke("00000000", NOW)
    assert await keys.find(presented) is None
    assert [each.revoked_at for each in await keys.list()] == [NOW]


async def test_a_key_is_for_a_channel_that_exists(keys: ApiKeys) -> None:
    with pytest.raises(BookingRefused) as caught:
        await keys.add("pigeon", NOW)
    assert caught.value.reason is Refusal.UNKNOWN
    assert await keys.list() == []


async def test_a_scope_that_this_version_does_not_know_means_nothing(
    keys: ApiKeys, sqlite_url: str
) -> None:
    presented = await keys.add("phone", NOW, scopes=[Scope.READ])
    database = open_database(sqlite_url)
    async with database.writing() as connection:
        await connection.execute(text("""UPDATE api_key SET scopes = '["read", "rule"]'"""))
    await database.close()
    found = await keys.find(presented)
    assert found is not None
    assert found.scopes == {Scope.READ}
