"""The month's tables by name, for the command line and for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from booking_client.migrations.upgrade import require_newest_schema
from booking_client.month import Month
from booking_client.reports.bookings import (
    REPORT_SECONDS,
    bookings_by_hospital,
    bookings_by_sub_channel,
)
from booking_client.sql.database import Database, open_database
from ivr.reports.calls import calls_by_category
from ivr.reports.monthly import calls_table, hospitals_table, sub_channels_table
from ivr.reports.table import Table
from ivr.reports.work_orders import WORK_ORDERS_FILE, load_work_orders

CALLS = "calls"
TABLES = ("hospitals", "subchannels", CALLS)


class MonthReports:
    """Over one open database: bookings of the booking core, calls of the call log."""

    def __init__(self, database: Database, work_orders: Path = WORK_ORDERS_FILE) -> None:
        self._database = database
        self._work_orders = work_orders

    @classmethod
    def open(cls, url: str, work_orders: Path = WORK_ORDERS_FILE) -> MonthReports:
        """Call `close` at the end. Raises ValueError."""
        return cls(open_database(url, REPORT_SECONDS), work_orders)

    async def close(self) -> None:
        await self._database.close()

    async def tables(self, month: Month, wanted: Sequence[str] = TABLES) -> list[Table]:
        """Those of TABLES that are wanted. Raises CoreUnavailable, DataFileError."""
        if any(name != CALLS for name in wanted):
            await require_newest_schema(self._database)
        return [await self._table(month, name) for name in wanted]

    async def _table(self, month: Month, name: str) -> Table:
        if name == "hospitals":
            return hospitals_table(month, await bookings_by_hospital(self._database, month))
        if name == "subchannels":
            return sub_channels_table(month, await bookings_by_sub_channel(self._database, month))
        calls = await calls_by_category(self._database, month)
        return calls_table(month, calls, load_work_orders(month, self._work_orders))
