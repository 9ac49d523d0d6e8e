"""`ivr aliases try|add|undo|list`: what else is said for a hospital or a department.

An alias is added only after it was tried against every recorded call and would spoil none.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from booking_client import connect
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql.database import Database
from grammars.meaning import Slot
from ivr.aliases.overlay import (
    SLOTS,
    AliasEntry,
    NamedSlot,
    NoSuchAlias,
    add_alias,
    read_aliases,
    withdraw_alias,
)
from ivr.aliases.recorded import open_log
from ivr.aliases.trial import Verdict
from ivr.aliases.trying import AliasUnfit, Judged, Result, try_alias
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="try|add|undo|list")
    trying = actions.add_parser("try", help="what recorded calls would be with the alias")
    adding = actions.add_parser("add", help="try it, and add it where it spoils no call")
    undoing = actions.add_parser("undo", help="take an added alias back")
    actions.add_parser("list", help="what was added, and what was taken back")
    for sub in (trying, adding, undoing):
        sub.add_argument("slot", choices=[slot.value for slot in SLOTS])
        if sub is not undoing:
            sub.add_argument("name", metavar="NAME", help="as the catalogue has it")
        sub.add_argument("alias", metavar="ALIAS", help="what callers say")
    for sub in (adding, undoing):
        sub.add_argument(
            "--as",
            dest="actor",
            default=None,
            metavar="NAME",
            help="who is written down as having done it; default: who is logged in",
        )


def run(arguments: argparse.Namespace) -> int:
    config = configuration(arguments)
    try:
        if arguments.action == "list":
            entries = read_aliases(config.aliases).aliases
            print("\n".join(map(_line, entries)) or "no alias was added")
            return 0
        if arguments.action == "undo":
            return _undo(arguments, config)
        return asyncio.run(_try(arguments, config))
    except (CoreUnavailable, DataKeyError, ValueError, AliasUnfit, NoSuchAlias) as error:
        raise CommandFault(str(error)) from error
    except OSError as error:
        raise CommandFault(f"{config.aliases}: {error.strerror}") from error


def _undo(arguments: argparse.Namespace, config: Config) -> int:
    now = SystemClock().now().replace(microsecond=0)
    slot = Slot(arguments.slot)
    entry = withdraw_alias(config.aliases, slot, arguments.alias, _actor(arguments), now)
    print(_line(entry))
    return 0


async def _try(arguments: argparse.Namespace, config: Config) -> int:
    check_database(config.database_url)
    slot = _named(arguments.slot)
    core = await connect(config.core_url)
    database: Database | None = None
    try:
        database = await open_log(config.database_url)
        result = await try_alias(
            core,
            database,
            read_aliases(config.aliases),
            slot,
            arguments.name,
            arguments.alias,
            _told,
        )
    finally:
        if database is not None:
            await database.close()
        await core.close()
    _print(result)
    if arguments.action == "try":
        return 0
    if not result.may_go_live:
        print("not added: calls that are understood today would be lost", file=sys.stderr)
        return 1
    entry = AliasEntry(
        slot=slot,
        name=arguments.name,
        alias=arguments.alias,
        added_at=SystemClock().now().replace(microsecond=0),
        by=_actor(arguments),
        tried=result.tried,
    )
    add_alias(config.aliases, entry)
    print(_line(entry))
    return 0


def _print(result: Result) -> None:
    counts = result.counts
    print(
        f"of {result.turns} recorded turns would now be right: {counts[Verdict.RIGHT]}, "
        f"would now be wrong: {counts[Verdict.WRONG]}, "
        f"otherwise, and nobody knows: {counts[Verdict.UNKNOWN]}"
    )
    for judged in result.shown:
        print(_judged_line(judged))


def _judged_line(judged: Judged) -> str:
    change = judged.change
    return (
        f"{judged.verdict.value:<8} {change.turn.call_id} turn {change.turn.number}: "
        f"{change.turn.heard[0].text}: {change.before or '-'} -> {change.after or '-'}"
        f" (meant: {judged.meant or '?'})"
    )


def _line(entry: AliasEntry) -> str:
    back = f"  taken back {entry.withdrawn_at} by {entry.withdrawn_by}" if not entry.live else ""
    tried = entry.tried
    return (
        f"{entry.slot.value}  {entry.alias} = {entry.name}  added {entry.added_at} by {entry.by}"
        f"  (right {tried.right}, wrong {tried.wrong}, unknown {tried.unknown}){back}"
    )


def _told(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of} turns", end="\n" if done >= of else "", file=sys.stderr)


def _actor(arguments: argparse.Namespace) -> str:
    return (arguments.actor or getpass.getuser()).strip()


def _named(text: str) -> NamedSlot:
    return Slot.HOSPITAL if text == Slot.HOSPITAL.value else Slot.DEPARTMENT
