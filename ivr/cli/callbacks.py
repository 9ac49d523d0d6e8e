"""`ivr callbacks list|done`: whom the operators have to call back."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.hotline import Hotline, HotlineError
from ivr.hotline.callbacks import Callback


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|done")
    listing = actions.add_parser("list", help="who is still to be called, the most urgent first")
    listing.add_argument("--limit", type=_positive, default=20, metavar="N", help="default 20")
    done = actions.add_parser("done", help="somebody has called")
    done.add_argument("call", metavar="CALL", help="the call's id, or the beginning of it")
    for sub in (listing, done):
        sub.add_argument(
            "--as",
            dest="actor",
            default=None,
            metavar="NAME",
            help="who is written down as having read or done it; default: who is logged in",
        )


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (HotlineError, CoreUnavailable, DataKeyError, ValueError) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    check_database(config.database_url)
    actor = (arguments.actor or getpass.getuser()).strip()
    hotline = await Hotline.open(config.database_url, PersonalDataKeys.from_environment())
    try:
        now = SystemClock().now()
        if arguments.action == "list":
            found = await hotline.callbacks.open_ones(actor, now, arguments.limit)
            print("\n".join(map(_line, found)) or "nobody is to be called back")
        elif not await hotline.callbacks.done(arguments.call, actor, now):
            raise CommandFault(
                f"no open call-back {arguments.call}, or more than one:"
                " `ivr callbacks list` has the calls"
            )
        return 0
    finally:
        await hotline.close()


def _line(callback: Callback) -> str:
    return (
        f"{callback.phone:<12}  until {callback.due:%Y-%m-%d %H:%M}  "
        f"{callback.reason:<18}  asked {callback.requested_at:%Y-%m-%d %H:%M}  "
        f"call {callback.call_id}"
    )


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return number
