"""A caller as a process of its own, for races and crashes:

    python -m tests.booking_client.sql.caller URL race FIRST_PATIENT TASKS [guard-off]
    python -m tests.booking_client.sql.caller URL confirm HOLD_ID before-commit|after-commit

`race` says "ready", waits for a line, and then TASKS tasks at once hold and
confirm a place of session 1; it prints one outcome a line. `confirm` confirms
and kills its own process, just before the transaction is committed or just
after, before anyone could hear the answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

from sqlalchemy import event, true
from sqlalchemy.engine import Engine

import booking_client
from booking_client.errors import BookingRefused
from booking_client.sql import inventory
from booking_client.sql.core import SqlBookingCore
from tests.booking_client.clinic import KEYS, NOW, patient, rules


def take_the_guard_off(url: str) -> None:
    """The negative control: neither the guarded UPDATE nor the CHECK behind it.

    (PostgreSQL cannot be told to ignore a CHECK: the test has dropped it.)
    """
    inventory.place_left = lambda: true()
    if not url.startswith("sqlite"):
        return

    def ignore_checks(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.close()

    event.listen(Engine, "connect", ignore_checks)


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def book_one(core: SqlBookingCore, number: int) -> str:
    try:
        hold = await core.hold(1, channel="phone", phone="", now=NOW)
        await core.confirm(hold.id, patient(number), f"call-{number}", NOW)
    except BookingRefused as refusal:
        return refusal.reason.value
    return "booked"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(url: str, task: str, *rest: str) -> None:
    core = await booking_client.connect(url, keys=KEYS, rules=rules())
    if task == "race":
        first, tasks = int(rest[0]), int(rest[1])
        say("ready")
        sys.stdin.readline()
        callers = (book_one(core, number) for number in range(first, first + tasks))
        say("\n".join(await asyncio.gather(*callers)))
    else:
        hold_id, moment = rest
        if moment == "before-commit":
            event.listen(Engine, "commit", die)
        await core.confirm(hold_id, patient(), "call-1", NOW)
        die()
    await core.close()


if __name__ == "__main__":
    if "guard-off" in sys.argv:
        take_the_guard_off(sys.argv[1])
    asyncio.run(main(*(argument for argument in sys.argv[1:] if argument != "guard-off")))
