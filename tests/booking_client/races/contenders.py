"""Real processes that race for the same places:

    python -m tests.booking_client.races.contenders URL PROCESSES ATTEMPTS SESSIONS [guard-off]

Forks PROCESSES children, which start together and make ATTEMPTS bookings between
them, each a hold and a confirmation for another person in a session drawn by
chance. Prints how many ended how, as a JSON object. `guard-off` is the negative
control: no guard before a place is taken, and no CHECK behind it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import traceback
from collections import Counter
from typing import Any

from sqlalchemy import event, true
from sqlalchemy.engine import Engine

from booking_client.errors import BookingRefused
from booking_client.sql import inventory
from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import open_database
from tests.booking_client.clinic import KEYS, NOW, rules
from tests.booking_client.races.people import person

CHANNELS = ("phone", "online_12320", "in_clinic", "third_party")
TASKS = 4  # at the same time in one process
PATIENCE = 120.0  # seconds: on a busy machine nobody gives up, so that every outcome is certain


def take_the_guard_off(url: str) -> None:
    """PostgreSQL cannot be told to ignore a CHECK: there the test has dropped it."""
    inventory.place_left = lambda: true()

    def ignore_checks(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.close()

    if url.startswith("sqlite"):
        event.listen(Engine, "connect", ignore_checks)


async def attempt(core: SqlBookingCore, number: int, session_id: int, times: int) -> str:
    channel = CHANNELS[number % len(CHANNELS)]
    try:
        hold = await core.hold(session_id, channel=channel, phone="", now=NOW)
        confirmations = (
            core.confirm(hold.id, person(number), f"call {number}", NOW) for _ in range(times)
        )
        bookings = await asyncio.gather(*confirmations)
    except BookingRefused as refused:
        near = "" if refused.alternatives else ", nothing near"
        return f"{refused.reason.value}{near}"
    return "booked" if len({booking.code for booking in bookings}) == 1 else "booked twice"


async def contend(url: str, numbers: range, sessions: int) -> Counter[str]:
    core = SqlBookingCore(open_database(url, PATIENCE), KEYS, rules())
    outcomes: Counter[str] = Counter()
    waiting = iter(numbers)
    chance = random.Random(numbers.start)

    async def caller() -> None:
        for number in waiting:
            session_id = chance.randint(1, sessions)
            outcomes[await attempt(core, number, session_id, 1 + (number % 5 == 0))] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(TASKS):
            group.create_task(caller())
    await core.close()
    return outcomes


def main(url: str, processes: int, attempts: int, sessions: int) -> Counter[str]:
    start, ready = os.pipe()
    each = attempts // processes
    children = []
    for number in range(processes):
        numbers = range(number * each, (number + 1) * each)
        children.append(fork(ready, url, numbers, sessions, start))
    os.close(ready)
    outcomes: Counter[str] = Counter()
    for pid, result in children:
        with os.fdopen(result, "rb") as told:
            outcomes.update(json.loads(told.read() or b'{"broke": 1}'))
        os.waitpid(pid, 0)
    return outcomes


def fork(ready: int, url: str, numbers: range, sessions: int, start: int) -> tuple[int, int]:
    """A child must not keep the starting gun's other end open, or it would never hear it."""
    result, out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(out)
        return pid, result
    os.close(ready)
    os.close(result)
    try:
        os.read(start, 1)
        outcomes = asyncio.run(contend(url, numbers, sessions))
        os.write(out, json.dumps(outcomes).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    if "guard-off" in sys.argv:
        take_the_guard_off(sys.argv[1])
    sys.stdout.write(json.dumps(main(sys.argv[1], *map(int, sys.argv[2:5]))))
