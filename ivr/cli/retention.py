"""`ivr retention run|show`: delete what is kept no longer; what was deleted when."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from booking_client.errors import CoreUnavailable
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.retention.store import Deleted, Retention, RetentionError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="run|show")
    running = actions.add_parser("run", help="now, beside the daily run of the agent")
    running.add_argument(
        "--as",
        dest="actor",
        default=None,
        metavar="NAME",
        help="who is written down as having done it; default: who is logged in",
    )
    showing = actions.add_parser("show", help="what was deleted, the newest first")
    showing.add_argument("--limit", type=_positive, default=28, metavar="N", help="default 28")


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (RetentionError, CoreUnavailable, ValueError) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    check_database(config.database_url)
    retention = await Retention.open(config.database_url, config.retention, config.recordings)
    try:
        if arguments.action == "show":
            found = await retention.history(arguments.limit)
            print("\n".join(map(_line, found)) or "nothing was deleted yet")
            return 0
        actor = (arguments.actor or getpass.getuser()).strip()
        done = await retention.run(SystemClock().now(), actor)
        print("\n".join(map(_line, done)))
        return 1 if any(each.fault for each in done) else 0
    finally:
        await retention.close()


def _line(each: Deleted) -> str:
    size = f", {each.bytes / 1e6:.1f} MB" if each.bytes else ""
    held = f", {each.held} held for open tickets" if each.held else ""
    fault = f"; {each.fault}" if each.fault else ""
    return (
        f"{each.at:%Y-%m-%d %H:%M}  {each.subject:<14}  from before {each.kept_from}:"
        f" {each.deleted} deleted{size}{held}{fault}"
    )


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return number
