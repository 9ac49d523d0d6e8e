"""`ivr booking-key add|list|revoke`: the keys of the channels that book over HTTP."""

from __future__ import annotations

import argparse
import asyncio
import sys

from booking_client.errors import BookingRefused, CoreUnavailable
from booking_client.http.core import KEY_VARIABLE
from booking_client.http.operations import Scope
from booking_client.migrations.upgrade import require_newest_schema
from booking_client.sql.database import open_database
from booking_service.keys import BURST, OF_A_CHANNEL, PER_MINUTE, ApiKey, ApiKeys
from ivr.cli.faults import (
    CommandFault,
    booking_database,
    check_database,
    configuration,
    refusal_fault,
)
from ivr.clock import SystemClock
from ivr.config import Config

_SCOPES = ", ".join(Scope)
_USUAL = ", ".join(OF_A_CHANNEL)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|revoke")
    adding = actions.add_parser("add", help="make a key for a channel; it is shown once")
    adding.add_argument("channel", metavar="CHANNEL", help="its code, such as third_party")
    adding.add_argument(
        "--scope",
        dest="scopes",
        type=_scope,
        action="append",
        default=None,
        metavar="SCOPE",
        help=f"once for each of {_SCOPES}; default: {_USUAL}",
    )
    adding.add_argument(
        "--per-minute",
        type=_positive,
        default=PER_MINUTE,
        metavar="N",
        help=f"requests in the long run, default {PER_MINUTE}",
    )
    adding.add_argument(
        "--burst",
        type=_positive,
        default=BURST,
        metavar="N",
        help=f"requests at once, default {BURST}",
    )
    actions.add_parser("list", help="all keys, without what would let anybody in")
    revoking = actions.add_parser("revoke", help="let a key in no more, from now on")
    revoking.add_argument("key", metavar="ID", help="as `ivr booking-key list` shows it")


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except BookingRefused as refused:
        raise refusal_fault(refused) from refused
    except (ValueError, CoreUnavailable) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    url = booking_database(config)
    check_database(url)
    now = SystemClock().now()
    database = open_database(url)
    try:
        await require_newest_schema(database)
        keys = ApiKeys(database)
        if arguments.action == "add":
            key = await keys.add(
                arguments.channel,
                now,
                scopes=arguments.scopes or OF_A_CHANNEL,
                per_minute=arguments.per_minute,
                burst=arguments.burst,
            )
            print(key)
            print(f"Kept nowhere: give it to the channel now, as {KEY_VARIABLE}.", file=sys.stderr)
        elif arguments.action == "list":
            for each in await keys.list():
                print(_line(each))
        elif not await keys.revoke(arguments.key, now):
            raise CommandFault(f"no live key {arguments.key}: `ivr booking-key list` has the ids")
        return 0
    finally:
        await database.close()


def _line(key: ApiKey) -> str:
    state = "live" if key.revoked_at is None else f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    scopes = ",".join(scope for scope in Scope if scope in key.scopes)
    rate = f"{key.per_minute}/min, {key.burst} at once"
    return f"{key.id}  {key.created_at:%Y-%m-%d %H:%M}  {key.channel}  {scopes}  {rate}  {state}"


def _scope(text: str) -> Scope:
    try:
        return Scope(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {_SCOPES}") from None


def _positive(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return number
