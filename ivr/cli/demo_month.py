"""`ivr demo-month`: a whole month of invented bookings and calls, with the bulletin's figures."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable

from booking_client import connect, migrate
from booking_client.demo.bulletin import load_bulletin
from booking_client.demo.catalogue import DEFAULT_SEED, insert_catalogue
from booking_client.demo.month import WRITE_SECONDS, MonthFault, write_month
from booking_client.errors import BookingRefused, CoreUnavailable
from booking_client.month import Month
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from booking_client.sql.database import open_database
from ivr.call_log import CallLog, CallLogError
from ivr.cli.faults import CommandFault, booking_database, configuration
from ivr.cli.months import month
from ivr.config import Config
from ivr.reports.demo_calls import load_calls, write_calls

# ValueError: a URL that is no database's, and DataFileError.
_FAULTS = (MonthFault, BookingRefused, CoreUnavailable, CallLogError, DataKeyError, ValueError)
_BULLETIN = "2021-02"  # the one that is shipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--month",
        type=month,
        default=Month.parse(_BULLETIN),
        metavar="YYYY-MM",
        help=f"default, and the only one shipped: {_BULLETIN}",
    )
    parser.add_argument(
        "--scale", type=_scale, default=1, metavar="N", help="times the bulletin's figures"
    )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    try:
        return asyncio.run(_run(config, arguments.month, arguments.scale))
    except _FAULTS as error:
        raise CommandFault(str(error)) from error


async def _run(config: Config, wanted: Month, scale: int) -> int:
    bulletin, calls = load_bulletin(wanted), load_calls(wanted)
    keys = PersonalDataKeys.from_environment()
    url = booking_database(config)
    await migrate(url)
    await (await CallLog.open(url)).close()  # its tables too
    await (await connect(url, keys=keys)).close()  # the keys are the database's
    database = open_database(url, WRITE_SECONDS)
    try:
        async with database.alone() as connection:
            await insert_catalogue(connection)
        total = bulletin.total * scale
        count = await write_month(
            database, keys, bulletin, scale=scale, progress=_reporter("bookings", total)
        )
        scaled = {category: number * scale for category, number in calls.items()}
        report = _reporter("calls", sum(scaled.values()))
        added = await write_calls(database, wanted, scaled, seed=DEFAULT_SEED, progress=report)
    finally:
        await database.close()
    print(f"{count.added} bookings and {added} calls of {wanted} written")
    if count.known:
        print(f"{count.known} bookings were there already")
    return 0


def _reporter(what: str, total: int) -> Callable[[int], None]:
    """Says every tenth of the way how far it is, on stderr."""
    told = 0

    def report(done: int) -> None:
        nonlocal told
        if done * 10 // total > told:
            told = done * 10 // total
            print(f"[demo-month] {done:,} of {total:,} {what}", file=sys.stderr, flush=True)

    return report


def _scale(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100")
    return number
