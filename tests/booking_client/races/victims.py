"""Processes that book and are killed on the way:

    python -m tests.booking_client.races.victims URL [torn]

Reads lines "NUMBER SESSION MOMENT". For each it forks a child that holds a place
of the session, confirms it for person NUMBER under the key "call NUMBER", and
tells what it is at: one "." for every step of its database driver, "H<hold id>;"
when the hold is its own, "B<code>;" when the booking is. After MOMENT steps the
child is killed with SIGKILL, wherever it has got to by then. Prints what the
child had told, one line a child. `torn` is the negative control: the place is
taken in a transaction of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql import confirmation
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from tests.booking_client.clinic import KEYS, NOW, rules
from tests.booking_client.races.people import person

PATIENCE = 120.0


def tear_the_transaction() -> None:
    take_place = confirmation._take_place

    async def take_and_commit(connection: AsyncConnection, hold: Any) -> None:
        await take_place(connection, hold)
        begin = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN"
        for word in ("COMMIT", begin):
            await connection.exec_driver_sql(word)

    confirmation._take_place = take_and_commit


async def book(url: str, number: int, session_id: int, told: int) -> None:
    core = SqlBookingCore(open_database(url, PATIENCE), KEYS, rules())

    def step(*_: object) -> None:
        os.write(told, b".")

    for name in ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "connect"):
        event.listen(Engine, name, step)
    hold = await core.hold(session_id, channel="phone", phone="", now=NOW)
    os.write(told, f"H{hold.id};".encode())
    booking = await core.confirm(hold.id, person(number), f"call {number}", NOW)
    os.write(told, f"B{booking.code};".encode())
    await core.close()


def kill_after(url: str, number: int, session_id: int, moment: int) -> str:
    told, out = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(told)
        try:
            asyncio.run(book(url, number, session_id, out))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(out)
    heard = b""
    while heard.count(b".") < moment and (part := os.read(told, 1)):
        heard += part
    os.kill(pid, signal.SIGKILL)
    while part := os.read(told, 4096):
        heard += part
    os.close(told)
    os.waitpid(pid, 0)
    return heard.decode()


if __name__ == "__main__":
    if "torn" in sys.argv:
        tear_the_transaction()
    for line in sys.stdin:
        numbers = map(int, line.split())
        sys.stdout.write(kill_after(sys.argv[1], *numbers) + "\n")
        sys.stdout.flush()
