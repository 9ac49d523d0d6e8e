"""`ivr report monthly`: the month's official tables, on the screen or into a file."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from booking_client.errors import CoreUnavailable
from booking_client.month import Month
from ivr.cli.faults import CommandFault, check_database, configuration
from ivr.cli.months import month
from ivr.reports.months import TABLES, MonthReports
from ivr.reports.table import Table
from ivr.reports.work_orders import WORK_ORDERS_FILE

FORMATS = ("table", "csv", "xlsx", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="monthly")
    monthly = kinds.add_parser(
        "monthly",
        help="bookings by hospital and by sub-channel, calls by category",
        description="Bookings by hospital and by sub-channel, and the hotline's calls by category.",
    )
    monthly.add_argument("--month", type=month, required=True, metavar="YYYY-MM")
    monthly.add_argument(
        "--table",
        choices=TABLES,
        default=None,
        metavar="NAME",
        help=f"{', '.join(TABLES)}; default: all",
    )
    monthly.add_argument(
        "--format",
        choices=FORMATS,
        default="table",
        metavar="FORMAT",
        help="table (default), csv, xlsx or html",
    )
    monthly.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="FILE",
        help="default: the screen; a folder for the CSV files of all tables",
    )
    monthly.add_argument(
        "--work-orders",
        type=Path,
        default=WORK_ORDERS_FILE,
        metavar="FILE",
        help="CSV of the counts that the 12345 lines report (month,source,count)",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.out is None and arguments.format == "xlsx":
        raise CommandFault("a workbook needs --out FILE")
    if arguments.out is None and arguments.format == "csv" and arguments.table is None:
        raise CommandFault("the CSV files of all tables need --out FOLDER; or choose one --table")
    wanted = TABLES if arguments.table is None else (arguments.table,)
    url = configuration(arguments).database_url
    try:
        tables = asyncio.run(_tables(url, arguments.month, wanted, arguments.work_orders))
    except (CoreUnavailable, ValueError) as error:
        raise CommandFault(str(error)) from error
    try:
        _put_out(tables, arguments.format, arguments.out, arguments.month, arguments.table is None)
    except OSError as error:
        raise CommandFault(f"{arguments.out}: cannot be written: {error.strerror}") from error
    return 0


async def _tables(
    url: str, wanted_month: Month, wanted: Sequence[str], work_orders: Path
) -> list[Table]:
    check_database(url)
    reports = MonthReports.open(url, work_orders)
    try:
        return await reports.tables(wanted_month, wanted)
    finally:
        await reports.close()


def _put_out(
    tables: Sequence[Table], form: str, out: Path | None, wanted: Month, all_of_them: bool
) -> None:
    """Write or print the tables. Raises OSError."""
    from ivr.reports import formats  # the workbook's library is wanted only here

    if form == "csv" and all_of_them and out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for table in tables:
            _write(out / f"{table.file_name}.csv", formats.as_csv(table).encode())
        return
    if form == "xlsx":
        content = formats.as_xlsx(tables)
    elif form == "html":
        content = formats.as_html(f"{wanted} 12320月报", tables).encode()
    elif form == "csv":
        content = formats.as_csv(tables[0]).encode()
    else:
        content = "\n\n".join(formats.as_text(table) for table in tables).encode()
    if out is None:
        sys.stdout.write(content.decode())
        sys.stdout.flush()
    else:
        _write(out, content)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a report that was cut short must not look like one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    print(path, file=sys.stderr)
