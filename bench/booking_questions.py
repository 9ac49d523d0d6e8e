"""How long the dialogue's questions take at the platform's size and above.

    .venv/bin/python -m bench.booking_questions [--scales 1 2 4] [--asked 400] [--database ...]

Fills a SQLite file and a PostgreSQL server of its own (started here, ended here)
with the platform of `bench/booking_platform.py`, asks each question that many
times for other places and people, and prints the sizes and the milliseconds of
one question through the whole library (p50, p95, the slowest).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import booking_client
from bench.booking_platform import NOW, Platform, fill
from booking_client.errors import BookingRefused
from booking_client.interface import BookingCore
from booking_client.types import SessionQuery
from tests.booking_client.clinic import KEYS
from tests.booking_client.postgresql_server import running_server
from tests.booking_client.races.people import person

PATIENTS = 200  # of whom each has two bookings to come
Question = Callable[[int], Awaitable[object]]


def questions(core: BookingCore, platform: Platform, sessions: int) -> dict[str, Question]:
    departments = sum(1 for _ in platform.departments())

    def names(number: int) -> tuple[str, str]:
        hospital, kind = platform.place_of(number % departments + 1)
        return f"第{hospital}医院", f"科{kind}"

    def query(number: int, **wish: Any) -> SessionQuery:
        hospital, department = names(number)
        return SessionQuery(hospital, department, dt.date.min, dt.date.max, **wish)

    async def doctors_on(number: int) -> object:
        date = NOW.date() + dt.timedelta(days=1 + number % 7)
        return await core.doctors_on(*names(number), date, NOW)

    def session(number: int) -> int:
        return number % sessions + 1

    return {
        "最早的号 (limit 1)": lambda n: core.find_sessions(query(n, limit=1), NOW),
        "every free session of a department": lambda n: core.find_sessions(query(n), NOW),
        "which doctors sit on that day": doctors_on,
        "the nearest three": lambda n: core.alternatives(session(n), NOW, "phone"),
        "a patient's coming bookings": lambda n: core.coming_bookings(
            person(n % PATIENTS).id_number, NOW
        ),
        "may this patient book here": lambda n: core.may_book(
            person(n % PATIENTS).id_number, session(n), NOW, "phone"
        ),
    }


async def give_bookings(core: BookingCore, sessions: int) -> None:
    chance = random.Random(1)
    for number in range(PATIENTS):
        made = 0
        while made < 2:
            with contextlib.suppress(BookingRefused):
                hold = await core.hold(
                    chance.randint(1, sessions), channel="phone", phone="", now=NOW
                )
                await core.confirm(hold.id, person(number), hold.id, NOW)
                made += 1


async def ask(question: Question, times: int, chance: random.Random) -> tuple[list[float], float]:
    """Milliseconds of each, sorted, and of processor time in this process on average.

    (SQLite works in this process, PostgreSQL does not. On a machine that is busy
    with other things the processor time tells more.)
    """
    for _ in range(10):  # the first few compile the statement
        await question(chance.randrange(10**9))
    taken = []
    processor = time.process_time()
    for number in [chance.randrange(10**9) for _ in range(times)]:
        before = time.perf_counter()
        await question(number)
        taken.append((time.perf_counter() - before) * 1000)
    return sorted(taken), (time.process_time() - processor) * 1000 / times


async def measure(url: str, scale: int, asked: int) -> None:
    await booking_client.migrate(url)
    started = time.perf_counter()
    counts = await fill(url, scale)
    sizes = ", ".join(f"{table} {number:,}" for table, number in counts.items())
    kind = url.partition(":")[0]
    print(f"\n{kind} at {scale}x: {sizes} (filled in {time.perf_counter() - started:.0f} s)")
    core = await booking_client.connect(url, keys=KEYS)
    sessions = counts["clinic_session"]
    await give_bookings(core, sessions)
    print(f"  {'question':38} {'p50':>8} {'p95':>8} {'slowest':>8} {'CPU':>8}   ms, {asked} asked")
    for name, question in questions(core, Platform(scale), sessions).items():
        taken, processor = await ask(question, asked, random.Random(name))
        p95 = statistics.quantiles(taken, n=20)[-1]
        wide = sum(1 for character in name if ord(character) > 0x2E80)
        label = name.ljust(38 - wide)
        figures = (statistics.median(taken), p95, taken[-1], processor)
        print(f"  {label} {' '.join(f'{figure:8.2f}' for figure in figures)}", flush=True)
    await core.close()


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with running_server(durable=True, options=("shared_buffers=512MB",)) as url:
            yield url
    else:
        with tempfile.TemporaryDirectory(prefix="booking-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'booking.db'}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.booking_questions",
        description=__doc__.split("\n")[0] if __doc__ else None,
    )
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--asked", type=int, default=400)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    for kind in arguments.database:
        for scale in arguments.scales:
            with database(kind) as url:
                asyncio.run(measure(url, scale, arguments.asked))


if __name__ == "__main__":
    main()
