"""`ivr aliases try|add|undo|list`: what else is said for a hospital or a department.

An alias is added only after it was tried against every recorded call and would spoil none.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Mapping

from booking_client import connect
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import DataKeyError
from booking_client.sql.database import open_database
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
from ivr.aliases.trial import Verdict
from ivr.aliases.trying import AliasUnfit, Judged, Result, try_alias
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config

SECONDS = 60.0  # for one piece of the log


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
    trying.add_argument(
        "--json", action="store_true", help="progress and result as JSON, one object a line"
    )
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
    as_json = arguments.action == "try" and arguments.json
    core = await connect(config.core_url)
    database = open_database(config.database_url, SECONDS)
    try:
        result = await try_alias(
            core,
            database,
            read_aliases(config.aliases),
            slot,
            arguments.name,
            arguments.alias,
            _told_as_json if as_json else _told,
        )
    finally:
        await database.close()
        await core.close()
    if as_json:
        _print_json({"result": result_view(result)})
        return 0
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


def result_view(result: Result) -> dict[str, object]:
    """As JSON: the counts, and the newest turns of each verdict."""
    return {
        **result.tried.model_dump(),
        "may_go_live": result.may_go_live,
        "shown": [
            {
                "call_id": judged.change.turn.call_id,
                "turn": judged.change.turn.number,
                "heard": judged.change.turn.heard[0].text,
                "before": judged.change.before,
                "after": judged.change.after,
                "meant": judged.meant,
                "verdict": judged.verdict.value,
            }
            for judged in result.shown
        ],
    }


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


def _told_as_json(done: int, of: int) -> None:
    _print_json({"done": done, "of": of})


def _print_json(value: Mapping[str, object]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _actor(arguments: argparse.Namespace) -> str:
    return (arguments.actor or getpass.getuser()).strip()


def _named(text: str) -> NamedSlot:
    return Slot.HOSPITAL if text == Slot.HOSPITAL.value else Slot.DEPARTMENT
