"""`ivr calls list|show`: the call log at the terminal."""

from __future__ import annotations

import argparse
import asyncio

from booking_client.personal_data import DataKeyError, PersonalDataKeys
from dialogs.outcomes import Outcome
from ivr.call_log import CallFilter, CallLog, CallLogError
from ivr.call_log.report import call_json, call_page, calls_json, calls_table
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.config import Config

LAST = "last"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show")
    listing = actions.add_parser("list", help="the newest calls, one a line")
    listing.add_argument("--limit", type=_positive, default=20, metavar="N", help="default 20")
    listing.add_argument(
        "--outcome",
        choices=[outcome.value for outcome in Outcome],
        default=None,
        metavar="OUTCOME",
        help=", ".join(outcome.value for outcome in Outcome),
    )
    showing = actions.add_parser("show", help="one call with its turns")
    showing.add_argument("call", metavar="CALL", help="its id, the beginning of it, or `last`")
    for sub in (listing, showing):
        sub.add_argument("--json", action="store_true", help="JSON instead of text")


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (CallLogError, ValueError) as error:  # ValueError: a URL that is no database's
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    try:
        keys = PersonalDataKeys.from_environment()
    except DataKeyError:
        keys = None  # enough for reading: only a search by number needs it
    check_database(config.database_url)
    call_log = await CallLog.open(config.database_url, keys)
    try:
        if arguments.action == "list":
            outcome = Outcome(arguments.outcome) if arguments.outcome else None
            calls = await call_log.list(arguments.limit, CallFilter(outcome=outcome))
            if calls or not arguments.json:
                print(calls_json(calls) if arguments.json else calls_table(calls))
            return 0
        wanted = arguments.call
        if wanted == LAST:
            newest = await call_log.list(1)
            if not newest:
                raise CommandFault("there are no calls yet")
            wanted = newest[0].call_id
        call = await call_log.show(wanted)
        if call is None:
            raise CommandFault(f"no call {wanted}: `ivr calls list` has the ids")
        print(call_json(call) if arguments.json else call_page(call))
        return 0
    finally:
        await call_log.close()


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return number
