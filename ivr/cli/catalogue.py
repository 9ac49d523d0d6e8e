"""`ivr catalogue check|export|import`: hospitals, departments and doctors as a clerk's files."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from booking_client.catalogue.entries import Catalogue, Size
from booking_client.catalogue.files import (
    DEPARTMENTS,
    DOCTORS,
    HOSPITALS,
    read_catalogue,
    write_catalogue,
)
from booking_client.errors import CoreUnavailable
from booking_client.migrations.upgrade import require_newest_schema
from booking_client.sql.catalogue_import import (
    IMPORT_SECONDS,
    ImportPlan,
    ImportRefused,
    apply_import,
    export_catalogue,
    plan_import,
)
from booking_client.sql.database import Database, open_database
from ivr.cli.faults import CommandFault, booking_database, check_database, configuration
from ivr.clock import SystemClock
from ivr.config import Config

_FILES = f"{HOSPITALS}, {DEPARTMENTS} and {DOCTORS}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|export|import")
    checking = actions.add_parser("check", help="whether the files are right; needs no database")
    exporting = actions.add_parser("export", help=f"write {_FILES}")
    exporting.add_argument("--hospital", default=None, metavar="NAME", help="this one alone")
    importing = actions.add_parser(
        "import",
        help="show what the files would change; with --apply, change it",
        description="Shows what the files would change and, with --apply, changes it: all or "
        "nothing. Hospitals that the files do not name stay as they are. What the files no longer "
        "have is retired, its coming sessions are closed; while somebody is booked there, the "
        "import is refused.",
    )
    importing.add_argument("--apply", action="store_true", help="do it")
    for sub in (checking, exporting, importing):
        sub.add_argument("folder", type=Path, metavar="DIR", help=f"the folder with {_FILES}")


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "check":
        print(f"{arguments.folder}: right; {Size.of(read_catalogue(arguments.folder).values())}")
        return 0
    try:
        return asyncio.run(_run(arguments, configuration(arguments)))
    except (CoreUnavailable, ValueError) as error:  # ValueError: also a URL that is no database's
        raise CommandFault(str(error)) from error


async def _run(arguments: argparse.Namespace, config: Config) -> int:
    new = None if arguments.action == "export" else read_catalogue(arguments.folder)
    url = booking_database(config)
    check_database(url)
    database = open_database(url, IMPORT_SECONDS)
    try:
        await require_newest_schema(database)
        if new is None:
            return await _export(database, arguments.folder, arguments.hospital)
        return await _import(database, new, arguments.apply)
    finally:
        await database.close()


async def _export(database: Database, folder: Path, hospital: str | None) -> int:
    catalogue = await export_catalogue(database, hospital)
    if not catalogue:
        raise CommandFault(f"no hospital {hospital}" if hospital else "the catalogue is empty")
    if existing := [n for n in (HOSPITALS, DEPARTMENTS, DOCTORS) if (folder / n).exists()]:
        raise CommandFault(f"{folder / existing[0]} is there already: choose another folder")
    try:
        write_catalogue(folder, catalogue)
    except OSError as error:
        raise CommandFault(f"{folder}: cannot be written: {error.strerror}") from error
    print(f"{folder}: {Size.of(catalogue.values())}")
    return 0


async def _import(database: Database, new: Catalogue, apply: bool) -> int:
    today = SystemClock().now().date()
    plan = await plan_import(database, new, today)
    _show(plan)
    if plan.obstacles:
        return 1
    if not apply:
        if plan.changes:
            print("Nothing is changed yet; --apply does it.")
        return 0
    if plan.changes:
        try:
            await apply_import(database, new, today, plan)
        except ImportRefused as refused:
            print(f"Nothing is changed: {refused}", file=sys.stderr)
            return 1
        print("Done.")
    return 0


def _show(plan: ImportPlan) -> None:
    for change in plan.changes:
        print(change)
    if not plan.changes:
        print("Nothing differs from the catalogue.")
    for obstacle in plan.obstacles:
        print(f"Not possible: {obstacle}", file=sys.stderr)
    if plan.obstacles:
        print("Nothing is changed. Move or cancel these bookings first.", file=sys.stderr)
