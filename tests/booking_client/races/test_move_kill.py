"""A move that is killed, at every step of it, leaves the old booking or the new one."""

from __future__ import annotations

import asyncio
import sys
from itertools import groupby
from pathlib import Path

from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from tests.booking_client.clinic import KEYS, NOW, TOMORROW, open_clinic, open_session, rules
from tests.booking_client.races.people import person
from tests.booking_client.races.scale import NIGHTLY

REPOSITORY = Path(__file__).parents[3]
OLD, NEW = 1, 2
STRIDE = 1 if NIGHTLY else 3  # a kill before every statement, or before every third


async def what_is_left(url: str, *torn: str) -> list[str]:
    """After each kill: where the code has a live booking, and how much is not true."""
    core = SqlBookingCore(open_database(url), KEYS, rules())
    await open_clinic(core.database)
    await open_session(core.database, OLD, TOMORROW, [1])
    await open_session(core.database, NEW, TOMORROW, [1], period="下午")
    held = await core.hold(OLD, channel="phone", phone="", now=NOW)
    booking = await core.confirm(held.id, person(1), "key", NOW)
    await core.cancel_session(OLD, NOW)
    await core.close()
    movers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.booking_client.races.movers"),
        *(url, booking.code, str(NEW), str(STRIDE), *torn),
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
    )
    async with asyncio.timeout(300):
        out, _ = await movers.communicate()
    assert movers.returncode == 0
    return out.decode().split("\n")[:-1]


async def test_whatever_the_moment_the_patient_has_one_booking(url: str) -> None:
    left = await what_is_left(url)
    assert [line for line, _ in groupby(left)] == [f"{OLD};0", f"{NEW};0"]
    assert left.count(f"{OLD};0") > 5, "it was killed before it had begun to write"


async def test_without_the_one_transaction_the_patient_is_left_with_none(url: str) -> None:
    assert "nowhere;0" in await what_is_left(url, "torn")
