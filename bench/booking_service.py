"""How much one process of the booking service answers, and how fast.

    .venv/bin/python -m bench.booking_service [--asked 1000] [--at-once 1 8 32] [--database ...]

Fills a database (a SQLite file, or a PostgreSQL server of its own) with the platform
of `bench/booking_platform.py`, starts `ivr booking-service` on it as a process,
and asks it over HTTP through the library, as an agent on another machine does:
`find_sessions` of departments drawn by chance, and a hold with its confirmation for
another person each. Prints requests (or bookings) a second, and the milliseconds of
one. Asking costs about as much processor time as answering: on two cores the
machine is full before the service is.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import booking_client
from bench.booking_platform import NOW, Platform, fill
from bench.booking_questions import database
from booking_client.errors import BookingRefused
from booking_client.http.core import open_remote
from booking_client.http.operations import Scope
from booking_client.interface import BookingCore
from booking_client.personal_data import PersonalDataKeys
from booking_client.types import SessionQuery
from booking_service.keys import ApiKeys
from tests.booking_client.races.people import person

START_SECONDS = 30.0
SCOPES = (Scope.READ, Scope.BOOK, Scope.VERIFY_NAMES, Scope.CLOCK)
NO_LIMIT = 1_000_000
Work = Callable[[int], Awaitable[bool]]


def works(core: BookingCore, platform: Platform) -> Mapping[str, Work]:
    """What is measured: of a number, whether it was done (a session may be full)."""
    departments = sum(1 for _ in platform.departments())
    chance = random.Random(12320)

    async def find_sessions(number: int) -> bool:
        hospital, kind = platform.place_of(chance.randrange(departments) + 1)
        query = SessionQuery(f"第{hospital}医院", f"科{kind}", dt.date.min, dt.date.max)
        return bool(await core.find_sessions(query, NOW))

    async def book(number: int) -> bool:
        try:
            session = chance.choice(platform.coming_week(chance.randrange(departments) + 1))
            hold = await core.hold(session, channel="phone", phone="", now=NOW)
            await core.confirm(hold.id, person(number), hold.id, NOW)
        except BookingRefused:
            return False
        return True

    return {"find_sessions": find_sessions, "hold + confirm": book}


async def measure(work: Work, numbers: range, at_once: int) -> tuple[list[float], float]:
    """Milliseconds of each that was done, sorted, and how many were done a second."""
    left = iter(numbers)
    taken: list[float] = []

    async def ask() -> None:
        for number in left:
            begun = time.perf_counter()
            if await work(number):
                taken.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(ask())
    return sorted(taken), len(taken) / (time.perf_counter() - begun)


@asynccontextmanager
async def service(url: str, data_key: str, folder: Path) -> AsyncIterator[str]:
    """A service of its own process; gives its URL. Raises RuntimeError when it does not start."""
    log = folder / "service.log"
    environment = {**os.environ, "IVR_DATABASE_URL": url, "IVR_DATA_KEY": data_key}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ivr", "booking-service", "--port", "0"),
            env=environment,
            stderr=out,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while (told := re.search(r"serving on \S+ port (\d+)", log.read_text())) is None:
            if process.returncode is not None or time.monotonic() > until:
                raise RuntimeError(f"the service did not start: {log.read_text()[-500:]}")
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{told[1]}"
    finally:
        process.terminate()
        await process.wait()


async def run(url: str, asked: int, at_once: list[int], folder: Path) -> None:
    data_key = PersonalDataKeys.generate()
    await booking_client.migrate(url)
    counts = await fill(url, 1)
    keys = PersonalDataKeys.from_environment({"IVR_DATA_KEY": data_key})
    core = await booking_client.connect_database(url, keys=keys)
    key = await ApiKeys(core.database).add(
        "phone", NOW, scopes=SCOPES, per_minute=NO_LIMIT, burst=NO_LIMIT
    )
    await core.close()
    print(f"\n{url.partition(':')[0]}, {counts['clinic_session']:,} sessions")
    print(f"  {'':16} {'at once':>7} {'a second':>9} {'p50':>8} {'p95':>8} {'slowest':>8}   ms")
    async with service(url, data_key, folder) as address:
        remote = await open_remote(address, {"IVR_BOOKING_KEY": key})
        number = 0
        for name, work in works(remote, Platform(1)).items():
            await measure(work, range(number, number + 50), 1)  # the first compile the statements
            for tasks in at_once:
                number += asked
                taken, rate = await measure(work, range(number, number + asked), tasks)
                figures = (taken[len(taken) // 2], taken[len(taken) * 95 // 100], taken[-1])
                shown = " ".join(f"{figure:8.1f}" for figure in figures)
                print(f"  {name:16} {tasks:7} {rate:9.0f} {shown}", flush=True)
        await remote.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.booking_service",
        description=__doc__.split("\n")[0] if __doc__ else None,
    )
    parser.add_argument("--asked", type=int, default=1000)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    for kind in arguments.database:
        with database(kind) as url, tempfile.TemporaryDirectory() as folder:
            asyncio.run(run(url, arguments.asked, arguments.at_once, Path(folder)))


if __name__ == "__main__":
    main()
