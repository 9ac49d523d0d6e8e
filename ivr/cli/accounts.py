"""`ivr accounts list|add|password|role|disable|enable|unlock`: who may see the pages."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import getpass
import sys
from collections.abc import Callable

from booking_client.errors import CoreUnavailable
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config
from ivr.web.accounts.accounts import FIRST_NAME, ONE_TIME_VALID, Account, AccountRefused, By
from ivr.web.accounts.rights import Role
from ivr.web.accounts.store import AccountBook, AccountsError

_ROLES = ", ".join(Role)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="list|add|password|role|disable|enable|unlock"
    )
    actions.add_parser("list", help="every account, with its role and whether it can sign in")
    for action, summary in (
        ("add", "a new account; its one-time password is shown once"),
        ("password", "a one-time password for who has forgotten theirs; also ends a lock"),
        ("role", "another role"),
        ("disable", "signs in no more, from now on"),
        ("enable", "signs in again"),
        ("unlock", "ends the wait after too many wrong passwords"),
    ):
        sub = actions.add_parser(action, help=summary)
        sub.add_argument("name", metavar="NAME")
        if action in ("add", "role"):
            sub.add_argument("role", metavar="ROLE", type=_role, help=f"one of {_ROLES}")
        sub.add_argument(
            "--as",
            dest="actor",
            default=None,
            metavar="NAME",
            help="who is written down as having done it; default: who is logged in",
        )


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (AccountRefused, AccountsError, CoreUnavailable, ValueError) as error:
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    check_database(config.database_url)
    now = SystemClock().now()
    book = await AccountBook.open(config.database_url)
    try:
        accounts = book.accounts
        if arguments.action == "list":
            found = await accounts.list()
            lines = [_cells("NAME", "ROLE", "STATE", "LAST SIGN-IN")]
            lines += (_line(each, now) for each in found)
            print("\n".join(lines) if found else "there is no account")
            return 0
        name = arguments.name
        by = By((arguments.actor or getpass.getuser()).strip())
        if arguments.action in ("add", "password"):
            adding = arguments.action == "add"
            print(
                await accounts.add(name, arguments.role, by, now)
                if adding
                else await accounts.give_password(name, by, now)
            )
            hours = ONE_TIME_VALID.total_seconds() / 3600
            print(f"Shown this once; to be changed within {hours:.0f} hours.", file=sys.stderr)
        elif arguments.action == "role":
            await accounts.set_role(name, arguments.role, by, now)
        elif arguments.action == "disable":
            await accounts.disable(name, by, now)
        elif arguments.action == "enable":
            await accounts.enable(name, by, now)
        else:
            await accounts.unlock(name, by, now)
        return 0
    finally:
        await book.close()


def _line(account: Account, now: dt.datetime) -> str:
    last = account.signed_in_at
    signed_in = f"{last:%Y-%m-%d %H:%M}" if last is not None else "never"
    return _cells(account.name, account.role, account.state(now), signed_in)


def _cells(name: str, role: str, state: str, signed_in: str) -> str:
    return f"{name:<20}  {role:<13}  {state:<8}  {signed_in}"


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {_ROLES}") from None


async def greet_administrator(config: Config, show: Callable[[str], None]) -> None:
    """On the first start, when nobody has an account: make the administrator's, and show its
    one-time password, which is kept nowhere. Raises AccountsError, CoreUnavailable."""
    if not config.web.enabled:
        return
    book = await AccountBook.open(config.database_url)
    try:
        password = await book.accounts.first_administrator(SystemClock().now())
    finally:
        await book.close()
    if password is not None:
        hours = ONE_TIME_VALID.total_seconds() / 3600
        show(
            f"First start: at http://{config.web.host}:{config.web.port}/ sign in as {FIRST_NAME}"
            f" with the one-time password {password}\n(shown this once, valid for {hours:.0f} h;"
            f" `ivr accounts password {FIRST_NAME}` makes another)"
        )
