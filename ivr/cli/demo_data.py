"""`ivr demo-data`: a day of invented calls in the call log, for whoever tries the pages."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from itertools import chain

from booking_client.errors import CoreUnavailable
from booking_client.sql.database import open_database
from ivr.call_log import CallLog, CallLogError
from ivr.call_search.store import CallSearch, CallSearchError
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.demo_data.conversations import invented_calls
from ivr.demo_data.day import CALLS, Row, conversations_for, day_rows, remove_days, write_day
from ivr.demo_data.held import held_calls, held_rows
from ivr.ports import RecogniserError, VoiceError

_FAULTS = (
    CoreUnavailable,
    CallLogError,
    CallSearchError,
    OSError,
    ValueError,
)
_WRITE_SECONDS = 60.0
_LONGEST_HELD = dt.timedelta(minutes=10)  # none of held_calls.yaml is half as long


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--day",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="the last day; default today, of which only calls until now are added",
    )
    parser.add_argument("--days", type=_count, default=1, metavar="N", help="default 1")
    parser.add_argument(
        "--calls", type=_count, default=CALLS, metavar="N", help=f"of each day; default {CALLS}"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="default 1")
    parser.add_argument(
        "--silent",
        action="store_true",
        help="without the few calls that are really held and recorded (they need speech models)",
    )
    parser.add_argument(
        "--remove", action="store_true", help="take all invented calls out of the log instead"
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    try:
        if arguments.remove:
            print(f"{asyncio.run(_remove(config))} invented calls removed")
            return 0
        now = SystemClock().now()
        last: dt.date = arguments.day or now.date()
        for before in reversed(range(arguments.days)):
            _one_day(config, arguments, last - dt.timedelta(days=before), now)
    except _FAULTS as error:
        raise CommandFault(str(error)) from error
    return 0


def _one_day(config: Config, arguments: argparse.Namespace, day: dt.date, now: dt.datetime) -> None:
    calls: int = arguments.calls
    count = conversations_for(calls)
    conversations = invented_calls(
        arguments.seed, day, count, _reporter("conversations held", count)
    )
    invented = list(_over(day_rows(arguments.seed, day, calls, conversations), now))
    held = [] if arguments.silent else _held(config, day, now)
    rows = chain(held, invented)

    async def write() -> int:
        await (await CallLog.open(config.database_url)).close()  # its tables
        search = await CallSearch.open(config.database_url)
        database = open_database(config.database_url, _WRITE_SECONDS)
        try:
            total = len(invented) + len(held)
            written = await write_day(database, rows, _reporter("calls written", total))
            await search.index.catch_up()
        finally:
            await database.close()
            await search.close()
        return written

    later = calls - len(invented)
    rest = f" ({later} of the day would still be in the future)" if later else ""
    print(f"{day}: {asyncio.run(write())} invented calls added{rest}")


def _over(
    rows: Iterator[tuple[Row, list[Row]]], now: dt.datetime
) -> Iterator[tuple[Row, list[Row]]]:
    """Those that have ended: a call in the future would stand before every real one."""
    return (row for row in rows if row[0]["ended_at"] <= now)


def _held(config: Config, day: dt.date, now: dt.datetime) -> list[tuple[Row, list[Row]]]:
    latest = now - _LONGEST_HELD
    calls = tuple(call for call in held_calls() if dt.datetime.combine(day, call.at) <= latest)
    try:
        return list(held_rows(calls, day, config, _reporter("calls held with sound", len(calls))))
    except (RecogniserError, VoiceError) as error:
        raise CommandFault(f"{error} (--silent leaves out the calls with sound)") from error


async def _remove(config: Config) -> int:
    check_database(config.database_url)
    await (await CallLog.open(config.database_url)).close()
    search = await CallSearch.open(config.database_url)
    database = open_database(config.database_url, _WRITE_SECONDS)
    try:
        recordings = await remove_days(database)
    finally:
        await database.close()
        await search.close()
    for recording in filter(None, recordings):
        (config.recordings / recording).unlink(missing_ok=True)
    return len(recordings)


def _reporter(what: str, total: int) -> Callable[[int], None]:
    """Says every fourth of the way how far it is, on stderr."""
    told = 0

    def report(done: int) -> None:
        nonlocal told
        if done * 4 // total > told:
            told = done * 4 // total
            print(f"[demo-data] {done:,} of {total:,} {what}", file=sys.stderr, flush=True)

    return report


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date YYYY-MM-DD") from error


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError("a number from 1 to 100000")
    return int(text)
