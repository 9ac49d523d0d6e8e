"""`ivr tickets list|show|close`: what callers stated, for whoever looks into it."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError, PersonalDataKeys
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.hotline import Hotline, HotlineError, Ticket, TicketState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|close")
    listing = actions.add_parser("list", help="the newest tickets, one a line, without words")
    listing.add_argument("--limit", type=_positive, default=20, metavar="N", help="default 20")
    listing.add_argument(
        "--state",
        choices=[state.value for state in TicketState],
        default=None,
        help="default: both",
    )
    showing = actions.add_parser("show", help="one ticket with what was said")
    closing = actions.add_parser("close", help="it is dealt with")
    for sub in (showing, closing):
        sub.add_argument("number", metavar="NUMBER", help="as the caller was told it")
        sub.add_argument(
            "--as",
            dest="actor",
            default=None,
            metavar="NAME",
            help="who is written down as having done it; default: who is logged in",
        )
    closing.add_argument("resolution", metavar="RESOLUTION", help="what was done, in a sentence")


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (HotlineError, CoreUnavailable, DataKeyError, ValueError) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    check_database(config.database_url)
    hotline = await Hotline.open(config.database_url, PersonalDataKeys.from_environment())
    tickets, now = hotline.tickets, SystemClock().now()
    try:
        if arguments.action == "list":
            state = TicketState(arguments.state) if arguments.state else None
            found = await tickets.list(state, arguments.limit)
            print("\n".join(map(_line, found)) or "no tickets")
            return 0
        number = "".join(arguments.number.split())
        actor = (arguments.actor or getpass.getuser()).strip()
        if arguments.action == "close":
            if not arguments.resolution.strip():
                raise CommandFault("a ticket is closed with what was done")
            if not await tickets.close(number, actor, now, arguments.resolution):
                raise CommandFault(f"no open ticket {number}: `ivr tickets list` has the numbers")
            return 0
        read = await tickets.read(number, actor, now)
        if read is None:
            raise CommandFault(f"no ticket {number}: `ivr tickets list` has the numbers")
        print(_page(read))
        return 0
    finally:
        await hotline.close()


def _line(ticket: Ticket) -> str:
    return (
        f"{ticket.number}  {ticket.opened_at:%Y-%m-%d %H:%M}  {ticket.state:<6}  "
        f"{ticket.category}  call {ticket.call_id[:8]}"
    )


def _page(ticket: Ticket) -> str:
    spans = ", ".join(f"{begin:.1f}-{end:.1f} s" for begin, end in ticket.spans)
    lines = [
        _line(ticket),
        f"caller      {ticket.caller or 'withheld'}",
        f"recording   {ticket.recording or 'none'}{f' ({spans})' if spans else ''}",
        f"statement   {ticket.statement}",
    ]
    if ticket.closed_at is not None:
        lines.append(f"closed      {ticket.closed_at:%Y-%m-%d %H:%M}  {ticket.resolution}")
    return "\n".join(lines)


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return number
