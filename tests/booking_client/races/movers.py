"""Processes that move a booking and are killed on the way:

    python -m tests.booking_client.races.movers URL CODE SESSION STRIDE [torn]

Forks one child after the other; each moves the booking of CODE to SESSION and kills itself with
SIGKILL before another of its statements: the first before the first, the next STRIDE
statements later, until one gets through. After each it prints the ids of the sessions in which
the code has a live booking, and the number of things that are not true of the
database. `torn` is the negative control: a move whose halves are committed apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import BookingRefused
from booking_client.sql import bookings
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from booking_client.types import Booking
from tests.booking_client.clinic import KEYS, NOW, rules
from tests.booking_client.truth import falsehoods

PATIENCE = 120.0
MOST_STEPS = 200


def tear_the_transaction() -> None:
    cancel = bookings.cancel_booking

    async def cancel_and_commit(connection: AsyncConnection, *given: Any, **named: Any) -> Booking:
        cancelled = await cancel(connection, *given, **named)
        begin = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN"
        for word in ("COMMIT", begin):
            await connection.exec_driver_sql(word)
        return cancelled

    bookings.cancel_booking = cancel_and_commit


async def move(url: str, code: str, session_id: int, moment: int) -> None:
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    core = SqlBookingCore(open_database(url, PATIENCE), KEYS, rules())
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, step)
    # A torn move that is over by half has nothing left to move.
    with contextlib.suppress(BookingRefused):
        await core.move_booking(code, session_id, NOW)
    await core.close()


def survives(url: str, code: str, session_id: int, moment: int) -> bool:
    pid = os.fork()
    if not pid:
        try:
            asyncio.run(move(url, code, session_id, moment))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status):
        raise RuntimeError("a mover broke")
    return True


async def look(url: str, code: str) -> str:
    database = open_database(url, PATIENCE)
    async with database.reading() as connection:
        found = await connection.scalars(
            text(
                "SELECT session_id FROM booking JOIN slot ON slot.id = slot_id"
                " WHERE code = :code AND status = 'booked'"
            ),
            {"code": code},
        )
        line = f"{' '.join(map(str, found)) or 'nowhere'};{len(await falsehoods(connection))}"
    await database.close()
    return line


if __name__ == "__main__":
    address, code = sys.argv[1:3]
    session_id, stride = int(sys.argv[3]), int(sys.argv[4])
    if "torn" in sys.argv:
        tear_the_transaction()
    for moment in range(1, MOST_STEPS, stride):
        through = survives(address, code, session_id, moment)
        sys.stdout.write(asyncio.run(look(address, code)) + "\n")
        if through:
            break
