"""kill -9 at any moment between hold and answer: the key finds the booking, or the hold expires."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text

from booking_client.sql.core import SqlBookingCore
from booking_client.types import SessionQuery
from tests.booking_client.clinic import HEART, HOSPITAL, NOW, TOMORROW, open_session
from tests.booking_client.races.people import person
from tests.booking_client.races.scale import SCALE, SECONDS
from tests.booking_client.truth import falsehoods

ROOT = Path(__file__).parents[3]
MOST_STEPS = 75  # a little more than a hold and a confirmation take
Kill = Callable[[int, int], Awaitable[str]]


@asynccontextmanager
async def victims(url: str, *options: str) -> AsyncIterator[Kill]:
    """Call it with a person's number and a moment: what the victim had told when it died."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.booking_client.races.victims", url, *options),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    commands, answers = process.stdin, process.stdout

    async def kill(number: int, moment: int) -> str:
        commands.write(f"{number} 1 {moment}\n".encode())
        return (await answers.readline()).decode().strip()

    try:
        async with asyncio.timeout(SECONDS):
            yield kill
    finally:
        commands.close()
        await process.wait()


async def broken(core: SqlBookingCore) -> list[str]:
    async with core.database.reading() as connection:
        return await falsehoods(connection)


async def codes_of(core: SqlBookingCore, number: int) -> list[str]:
    """The codes of the bookings that the key of person `number` leads to."""
    async with core.database.reading() as connection:
        rows = await connection.execute(
            text(
                "SELECT code FROM booking JOIN idempotency ON booking_id = booking.id"
                " WHERE key = :key"
            ),
            {"key": f"call {number}"},
        )
        return list(rows.scalars())


async def test_killed_anywhere_a_booking_is_found_again_or_its_hold_expires(
    core: SqlBookingCore, url: str
) -> None:
    places = SCALE.kills
    await open_session(core.database, 1, TOMORROW, [places])
    chance = random.Random(12320)
    booked: Counter[str] = Counter()
    async with victims(url) as kill:
        for number in range(SCALE.kills):
            told = await kill(number, chance.randint(1, MOST_STEPS))
            hold_id = re.search("H(.*?);", told)
            answer = re.search("B(.*?);", told)
            before = await codes_of(core, number)
            if answer is not None:
                assert before == [answer[1]]
            if hold_id is not None and chance.random() < 0.5:
                # The caller's line came back, or another process took over: the same key.
                again = await core.confirm(hold_id[1], person(number), f"call {number}", NOW)
                assert before in ([], [again.code])
                assert await codes_of(core, number) == [again.code]
                booked["by the same key"] += 1
            elif before:
                booked["before the kill"] += 1
            else:
                booked["never"] += 1
    assert await broken(core) == []
    sold = booked["by the same key"] + booked["before the kill"]
    assert booked["never"] > 0
    assert booked["by the same key"] > 0
    later = NOW + dt.timedelta(minutes=15)  # every hold has expired
    query = SessionQuery(HOSPITAL, HEART, TOMORROW, TOMORROW)
    free = [session.free for session in await core.find_sessions(query, later)]
    assert sum(free) == places - sold


async def test_a_torn_transaction_would_be_noticed(core: SqlBookingCore, url: str) -> None:
    """The negative control: the place is taken in one transaction, the booking made in another."""
    await open_session(core.database, 1, TOMORROW, [100])
    async with victims(url, "torn") as kill:
        for number in range(100):
            await kill(number, 38 + number % 30)
            if await broken(core):
                break
    assert "a confirmed hold without its booking" in await broken(core)
