"""How long the pages take at a million calls.

    .venv/bin/python -m bench.pages [--calls 1000000] [--database sqlite postgresql] [--asked 20]

Invents some days of calls as `ivr demo-data` does, copies them day by day into the past until there
are as many as wanted (turns and search terms too), and asks for each page over HTTP, signed in, on
a warm database. Prints milliseconds from the request to the last byte (p50, p95, the slowest), and
the median of this process's processor time: that of pages, client and SQLite. The databases are
this program's own and gone afterwards: at a million calls some 10 GB of disk each.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import open_database
from ivr.call_log import CallLog
from ivr.call_log.model import CallRow
from ivr.call_search.model import PlaceRow
from ivr.call_search.query import CallQuery
from ivr.call_search.store import CallSearch
from ivr.demo_data.conversations import invented_calls
from ivr.demo_data.day import CALLS, day_rows, write_day
from ivr.web.accounts.rights import Role
from tests.booking_client.postgresql_server import running_server
from tests.ivr.web.site import NOW, Answer, Browser, Site, running_site

DAYS = 2  # that differ; the others are copies
CONVERSATIONS = 50  # of a day
_LAST_DAY = NOW.date() - dt.timedelta(days=1)
_COPY_SECONDS = 600.0
_TIME_BITS = 27  # of a place (ivr.call_search.places)

Ask = Callable[[], Awaitable[Answer]]

# A copy of everything, :days earlier, with calls.id :calls higher.
_SQLITE_MOVED = "strftime('%Y-%m-%d %H:%M:%f', {0}, '-' || :days || ' days') || '000'"
_POSTGRESQL_MOVED = "{0} - make_interval(days => :days)"
_SQLITE_NUMBER = "substr('000000000000' || (id + :calls), -12)"
_POSTGRESQL_NUMBER = "lpad((id + :calls)::text, 12, '0')"
_COPY_CALLS = """
INSERT INTO calls (id, call_id, caller_last_four, started_at, answered_at, ended_at, outcome,
                   category, reason, recording, recogniser, voice, version, agent)
SELECT id + :calls, substr(call_id, 1, 24) || {number},
       caller_last_four, {started}, {answered}, {ended}, outcome, category, reason, recording,
       recogniser, voice, version, agent
FROM calls WHERE id <= :base"""
_COPY_TURNS = """
INSERT INTO turns (call, number, started_at, ended_at, prompts, asked, expected, heard, understood,
                   keys, decided, marks, timings)
SELECT call + :calls, number, {started}, {ended}, prompts, asked, expected, heard, understood, keys,
       decided, marks, timings
FROM turns WHERE call <= :base"""
_COPY_PLACES = """
INSERT INTO call_places (place, call, hospital, turns, lowest_confidence)
SELECT place - :places, call + :calls, hospital, turns, lowest_confidence
FROM call_places WHERE call <= :base"""
_COPY_TERMS = """
INSERT INTO call_terms (term, day, calls, times)
SELECT term, day - :days, calls, times FROM call_terms WHERE day > :before"""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.pages", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=20, help="times for each page")
    parser.add_argument(
        "--database", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"]
    )
    chosen = parser.parse_args()
    os.environ["IVR_DATA_KEY"] = PersonalDataKeys.generate()
    for kind in chosen.database:
        with tempfile.TemporaryDirectory() as folder, _database(kind, folder) as url:
            print(f"\n{kind}", flush=True)
            asyncio.run(fill(url, chosen.calls))
            asyncio.run(measure(url, Path(folder), chosen.asked))


@contextlib.contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "postgresql":
        with running_server(durable=True, options=("shared_buffers=1GB",)) as url:
            yield url
    else:
        yield f"sqlite:///{folder}/pages.db"


async def fill(url: str, calls: int) -> None:
    began = time.monotonic()
    await (await CallLog.open(url)).close()
    search = await CallSearch.open(url)
    database = open_database(url, _COPY_SECONDS, durable=False)
    for before in range(DAYS):
        day = _LAST_DAY - dt.timedelta(days=before)
        held = await asyncio.to_thread(invented_calls, 1, day, CONVERSATIONS)
        await write_day(database, day_rows(1, day, CALLS, held))
    await search.index.catch_up()
    await search.close()
    base = DAYS * CALLS
    for copy in range(1, -(-calls // base)):
        async with database.writing() as connection:
            await _copy(connection, database.dialect, base, copy)
        if copy % 50 == 0:
            done = f"{base * (copy + 1):,} calls"
            print(f"  {done} after {time.monotonic() - began:.0f} s", flush=True)
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    async with database.reading() as connection:
        found = await connection.scalar(select(func.count()).select_from(CallRow))
        listed = await connection.scalar(select(func.count()).select_from(PlaceRow))
        turns = await connection.scalar(text("SELECT count(*) FROM turns"))
    await database.close()
    seconds = time.monotonic() - began
    print(f"  {found:,} calls ({listed:,} listed), {turns:,} turns in {seconds:.0f} s", flush=True)


async def _copy(connection: AsyncConnection, dialect: str, base: int, copy: int) -> None:
    moved = _SQLITE_MOVED if dialect == "sqlite" else _POSTGRESQL_MOVED
    names = {name: moved.format(f"{name}_at") for name in ("started", "answered", "ended")}
    names["number"] = _SQLITE_NUMBER if dialect == "sqlite" else _POSTGRESQL_NUMBER
    values = {
        "days": copy * DAYS,
        "calls": copy * base,
        "base": base,
        "places": copy * DAYS << _TIME_BITS,
        "before": (_LAST_DAY - dt.date(1970, 1, 1)).days - DAYS,
    }
    for statement in (_COPY_CALLS, _COPY_TURNS, _COPY_PLACES, _COPY_TERMS):
        query = text(statement.format(**names))
        wanted = {name: value for name, value in values.items() if f":{name}" in query.text}
        await connection.execute(query, wanted)


async def measure(url: str, folder: Path, asked: int) -> None:
    async with running_site(url, folder) as site:
        browser = await site.signed_in("bench", Role.SUPERVISOR)
        for name, ask in (await questions(site, browser)).items():
            await browser.get("/password")  # any form's token
            first = await ask()
            taken, worked = [], []
            for _ in range(asked):
                began, cpu = time.perf_counter(), time.process_time()
                answer = await ask()
                taken.append((time.perf_counter() - began) * 1000)
                worked.append((time.process_time() - cpu) * 1000)
                assert answer.status == 200, (name, answer.status)
            taken.sort()
            p95 = taken[min(len(taken) - 1, round(0.95 * len(taken)))]
            found = first.text.count('<a href="/calls/')
            print(
                f"  {name:46} {statistics.median(taken):6.0f} {p95:6.0f} {taken[-1]:6.0f} ms"
                f" {statistics.median(worked):6.0f} ms   {found:3} calls",
                flush=True,
            )


async def questions(site: Site, browser: Browser) -> dict[str, Ask]:
    """Each page by what is asked of it."""
    finder = site.search.finder
    first = await finder.page(CallQuery())
    middle = await finder.page(CallQuery(until=NOW - dt.timedelta(days=250)))
    deep = str(middle.calls[0].place) if middle.calls else str(first.calls[-1].place)
    call = first.calls[0].call_id
    day = _LAST_DAY - dt.timedelta(days=1)

    def calls(**fields: str) -> Ask:
        return lambda: browser.post("/calls", **fields)

    def page(path: str) -> Ask:
        return lambda: browser.get(path)

    return {
        "calls: the newest": page("/calls"),
        "calls: a page 250 days back": calls(older=deep),
        "calls: transferred": calls(outcome="transferred"),
        "calls: abandoned, below 0.3, asked the ID last": calls(
            outcome="abandoned", below="0.3", asked="id_number"
        ),
        "calls: 鼓楼医院, 3 to 5 min, at 9": calls(
            hospital="南京鼓楼医院", length="length:300", hour="09"
        ),
        "calls: last four digits": calls(last_four="0042"),
        "calls: one day, failed or handed over": page(
            f"/calls?since={day}&until={day}&outcome=failed&outcome=transferred&outcome=abandoned"
        ),
        "calls: 鼓楼 by anybody": calls(words="鼓楼"),
        "calls: 太阳真好 by the caller": calls(words="太阳真好", side="c"),
        "calls: 没听清楚 医院 and handed over": calls(words="没听清 医院", outcome="transferred"),
        "calls: two words that are never together": calls(words="太阳真好 满意度评价", side="c"),
        "one call": page(f"/calls/{call}"),
        **{f"board: {kind}": page(f"/board?period={kind}") for kind in ("day", "week", "month")},
    }


if __name__ == "__main__":
    main()
