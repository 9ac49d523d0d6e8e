"""`ivr rules check|export|import`: the hospitals' dated booking rules as a clerk's file."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from booking_client.errors import CoreUnavailable
from booking_client.migrations.upgrade import require_newest_schema
from booking_client.rules import Rules
from booking_client.rules_changes import rule_changes
from booking_client.rules_file import rules_text
from booking_client.sql.database import Database, open_database
from booking_client.sql.rule_book import (
    RulesHaveChanged,
    current_rules,
    replace_rules,
    rules_of_file,
)
from datafiles import DataFileError
from ivr.cli.faults import CommandFault, booking_database, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|export|import")
    checking = actions.add_parser("check", help="whether a file is right for this catalogue")
    exporting = actions.add_parser("export", help="write the rules that are in force")
    importing = actions.add_parser(
        "import",
        help="show what a file would change; with --apply, change it",
        description="Shows what the file would change and, with --apply, changes it: all or "
        "nothing, for every channel within a second. Holds that the new rules no longer allow "
        "are told so when they are confirmed.",
    )
    importing.add_argument("--apply", action="store_true", help="do it")
    for sub in (checking, exporting, importing):
        sub.add_argument("file", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except DataFileError:
        raise
    except (CoreUnavailable, ValueError) as error:  # ValueError: a URL that is no database's
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    url = booking_database(config)
    check_database(url)
    database = open_database(url)
    try:
        await require_newest_schema(database)
        if arguments.action == "export":
            return await _export(database, arguments.file)
        async with database.reading() as connection:
            old = await current_rules(connection)
            new = await rules_of_file(connection, arguments.file)
        if arguments.action == "check":
            print(f"{arguments.file}: right; rules of {len(new.hospitals)} hospitals of their own")
            return 0
        return await _import(database, old, new, arguments.apply)
    finally:
        await database.close()


async def _export(database: Database, file: Path) -> int:
    async with database.reading() as connection:
        rules = await current_rules(connection)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(rules_text(rules))
    except FileExistsError:
        raise CommandFault(f"{file} is there already: choose another name") from None
    except OSError as error:
        raise CommandFault(f"{file}: cannot be written: {error.strerror}") from error
    print(f"{file}: the default and {len(rules.hospitals)} hospitals of their own")
    return 0


async def _import(database: Database, old: Rules, new: Rules, apply: bool) -> int:
    changes = rule_changes(old, new)
    print("\n".join(changes) or "Nothing differs from the rules in force.")
    if not changes:
        return 0
    if not apply:
        print("Nothing is changed yet; --apply does it.")
        return 0
    try:
        async with database.alone() as connection:
            await replace_rules(connection, new, SystemClock().now(), onto=old.version)
    except RulesHaveChanged as changed:
        print(f"Nothing is changed: {changed}. Look at the changes again.", file=sys.stderr)
        return 1
    print("Done.")
    return 0
