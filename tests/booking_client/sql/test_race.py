"""Real processes that race for the last place, or die in the middle of a booking."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
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
PROCESSES, TASKS = 3, 8


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


async def race(url: str, *options: str) -> Counter[str]:
    """Outcomes of PROCESSES x TASKS callers who start together."""
    started = asyncio.Barrier(PROCESSES)

    async def one(number: int) -> list[str]:
        first = str(1 + number * TASKS)
        async with caller(url, "race", first, str(TASKS), *options) as process:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
            await started.wait()
            outcomes, _ = await process.communicate(b"go\n")
            return outcomes.decode().split()

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        callers = [group.create_task(one(number)) for number in range(PROCESSES)]
    return Counter(outcome for task in callers for outcome in task.result())


async def bookings(core: SqlBookingCore) -> list[str]:
    """The codes of every booking there is."""
    async with core.database.reading() as connection:
        return list((await connection.execute(text("SELECT code FROM booking"))).scalars())


async def broken(core: SqlBookingCore) -> list[str]:
    async with core.database.reading() as connection:
        return await falsehoods(connection)


@pytest.mark.parametrize("capacities", [[1], [2, 1]])
async def test_the_last_places_go_to_exactly_as_many_callers(
    file_core: SqlBookingCore, url: str, capacities: list[int]
) -> None:
    await open_session(file_core.database, 1, TOMORROW, capacities)
    places = sum(capacities)
    assert await race(url) == {"booked": places, "full": PROCESSES * TASKS - places}
    assert await broken(file_core) == []


async def test_without_the_guard_the_same_race_sells_a_place_twice(
    file_core: SqlBookingCore, url: str
) -> None:
    await open_session(file_core.database, 1, TOMORROW, [1])
    if file_core.database.dialect == "postgresql":
        async with file_core.database.writing() as connection:
            drop = "ALTER TABLE slot DROP CONSTRAINT ck_slot_not_over_capacity"
            await connection.execute(text(drop))
    outcomes = await race(url, "guard-off")
    assert outcomes["booked"] > 1
    assert "a slot over its capacity" in await broken(file_core)


async def test_killed_between_commit_and_answer_the_same_key_finds_the_booking(
    file_core: SqlBookingCore, url: str
) -> None:
    await open_session(file_core.database, 1, TOMORROW, [1])
    hold = await file_core.hold(1, channel="phone", phone=PHONE, now=NOW)
    async with caller(url, "confirm", hold.id, "after-commit") as process:
        assert await process.wait() == -signal.SIGKILL
    with pytest.raises(BookingRefused) as caught:
        await file_core.hold(1, channel="phone", phone="", now=NOW)
    assert caught.value.reason is Refusal.FULL
    booking = await file_core.confirm(hold.id, patient(), "call-1", NOW)
    assert await file_core.confirm(hold.id, patient(), "call-1", NOW) == booking
    assert await bookings(file_core) == [booking.code]
    assert await broken(file_core) == []


async def test_killed_before_the_commit_the_hold_is_as_it_was(
    file_core: SqlBookingCore, url: str
) -> None:
    await open_session(file_core.database, 1, TOMORROW, [1])
    hold = await file_core.hold(1, channel="phone", phone=PHONE, now=NOW)
    async with caller(url, "confirm", hold.id, "before-commit") as process:
        assert await process.wait() == -signal.SIGKILL
    assert await broken(file_core) == []
    other = await file_core.hold(1, channel="phone", phone="", now=hold.expires_at)
    await file_core.release(other.id)
    booking = await file_core.confirm(hold.id, patient(), "call-1", NOW)
    assert await bookings(file_core) == [booking.code]
    assert await broken(file_core) == []
