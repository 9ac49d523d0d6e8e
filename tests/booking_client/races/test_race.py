"""N processes of all channels race for the same places: each goes to exactly one of them."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from sqlalchemy import text

from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import TOMORROW, open_session
from tests.booking_client.races.scale import SCALE, SECONDS
from tests.booking_client.truth import falsehoods

ROOT = Path(__file__).parents[3]


async def race(url: str, attempts: int, sessions: int, *options: str) -> dict[str, int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.booking_client.races.contenders"),
        *(url, str(SCALE.processes), str(attempts), str(sessions), *options),
        cwd=ROOT,
        stdout=PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    outcomes: dict[str, int] = json.loads(told)
    return outcomes


async def broken(core: SqlBookingCore) -> list[str]:
    async with core.database.reading() as connection:
        return await falsehoods(connection)


async def number_of(core: SqlBookingCore, table: str) -> int:
    async with core.database.reading() as connection:
        return await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0


async def test_every_place_goes_to_exactly_one(core: SqlBookingCore, url: str) -> None:
    a_band = SCALE.places_per_session // 4
    for session_id in range(1, SCALE.sessions + 1):
        await open_session(
            core.database,
            session_id,
            TOMORROW,
            [a_band] * 4,
            doctor_id=await another_doctor(core, session_id),
        )
    outcomes = await race(url, SCALE.attempts, SCALE.sessions)
    booked = outcomes.pop("booked")
    refused = {outcome: number for outcome, number in outcomes.items() if number}
    assert booked == SCALE.places
    assert sum(refused.values()) == SCALE.attempts - SCALE.places
    assert set(refused) <= {"full", "full, nothing near"}
    assert refused["full"] > 0  # as long as anything is free, it is offered
    assert await number_of(core, "booking") == SCALE.places
    assert await number_of(core, "idempotency") == SCALE.places
    assert await broken(core) == []


async def test_without_the_guard_the_same_race_sells_a_place_twice(
    core: SqlBookingCore, url: str
) -> None:
    await open_session(core.database, 1, TOMORROW, [1])
    if core.database.dialect == "postgresql":
        async with core.database.writing() as connection:
            drop = "ALTER TABLE slot DROP CONSTRAINT ck_slot_not_over_capacity"
            await connection.execute(text(drop))
    outcomes = await race(url, SCALE.processes, 1, "guard-off")
    assert outcomes["booked"] > 1
    assert "a slot over its capacity" in await broken(core)


async def another_doctor(core: SqlBookingCore, number: int) -> int:
    """Doctor 1 is the clinic's own."""
    if number > 1:
        async with core.database.writing() as connection:
            await connection.execute(
                text(
                    "INSERT INTO doctor (id, department_id, name, title)"
                    " VALUES (:id, 1, :name, '主治医师')"
                ),
                {"id": number, "name": f"医生{number}"},
            )
    return number
