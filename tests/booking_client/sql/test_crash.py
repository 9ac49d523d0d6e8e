"""Processes that die just before a booking is committed, or just after."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from booking_client.errors import BookingRefused, Refusal
from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import NOW, PHONE, TOMORROW, open_session, patient
from tests.booking_client.truth import falsehoods

ROOT = Path(__file__).parents[3]
SECONDS = 60.0


@asynccontextmanager
async def caller(url: str, *arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.booking_client.sql.caller",
        url,
        *arguments,
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def bookings(core: SqlBookingCore) -> list[str]:
    """The codes of every booking there is."""
    async with core.database.reading() as connection:
        return list((await connection.execute(text("SELECT code FROM booking"))).scalars())


async def broken(core: SqlBookingCore) -> list[str]:
    async with core.database.reading() as connection:
        return await falsehoods(connection)


async def test_killed_between_commit_and_answer_the_same_key_finds_the_booking(
    core: SqlBookingCore, url: str
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    hold = await core.hold(1, channel="phone", phone=PHONE, now=NOW)
    async with caller(url, hold.id, "after-commit") as process:
        assert await process.wait() == -signal.SIGKILL
    with pytest.raises(BookingRefused) as caught:
        await core.hold(1, channel="phone", phone="", now=NOW)
    assert caught.value.reason is Refusal.FULL
    booking = await core.confirm(hold.id, patient(), "call-1", NOW)
    assert await core.confirm(hold.id, patient(), "call-1", NOW) == booking
    assert await bookings(core) == [booking.code]
    assert await broken(core) == []


async def test_killed_before_the_commit_the_hold_is_as_it_was(
    core: SqlBookingCore, url: str
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    hold = await core.hold(1, channel="phone", phone=PHONE, now=NOW)
    async with caller(url, hold.id, "before-commit") as process:
        assert await process.wait() == -signal.SIGKILL
    assert await broken(core) == []
    other = await core.hold(1, channel="phone", phone="", now=hold.expires_at)
    await core.release(other.id)
    booking = await core.confirm(hold.id, patient(), "call-1", NOW)
    assert await bookings(core) == [booking.code]
    assert await broken(core) == []
