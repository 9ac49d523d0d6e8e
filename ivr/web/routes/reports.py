"""The month's official tables: on the page, to print, as a workbook and as CSV."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from booking_client.errors import CoreUnavailable
from booking_client.month import Month
from dialogs.outcomes import Category
from ivr.reports import formats
from ivr.reports.months import CALLS, TABLES
from ivr.reports.table import Cell, Table
from ivr.web.accounts.audit import Action
from ivr.web.accounts.rights import Right
from ivr.web.call_links import calls_link
from ivr.web.deps import Deps
from ivr.web.shell import audit, render, requires

log = logging.getLogger(__name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BAR = 100  # of the longest bar, in units of its drawing


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`bar` is the last figure's share of the largest one; `href` leads to the calls behind it."""

    cells: Sequence[Cell]
    is_total: bool
    bar: int
    href: str


def routes(deps: Deps) -> list[web.RouteDef]:
    pages = _Pages(deps)
    return [
        web.get("/reports", pages.show),
        web.get(r"/reports/{month:\d{4}-\d{2}}.xlsx", pages.workbook),
        web.get(r"/reports/{month:\d{4}-\d{2}}/{table:[a-z]+}.csv", pages.csv),
    ]


class _Pages:
    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @requires(Right.REPORTS)
    async def show(self, request: web.Request) -> web.StreamResponse:
        today = self._deps.clock.now().date()
        this = Month(today.year, today.month)
        month = min(_month(request.query.get("month", "")) or this, this)
        tables = await self._deps.reports.tables(month, (CALLS,))
        without_bookings = False
        try:
            bookings = tuple(name for name in TABLES if name != CALLS)
            tables = [*await self._deps.reports.tables(month, bookings), *tables]
        except CoreUnavailable as error:  # calls may book through a service elsewhere
            log.warning("reports: no bookings: %s", error)
            without_bookings = True
        return render(
            request,
            "reports.html",
            month=month,
            this=this,
            tables=[(table, shown_rows(table, month)) for table in tables],
            without_bookings=without_bookings,
        )

    @requires(Right.REPORTS)
    async def workbook(self, request: web.Request) -> web.StreamResponse:
        month = _asked_month(request)
        tables = await self._deps.reports.tables(month)
        content = await asyncio.to_thread(formats.as_xlsx, tables)
        return await self._file(request, f"12320_{month}.xlsx", _XLSX, content)

    @requires(Right.REPORTS)
    async def csv(self, request: web.Request) -> web.StreamResponse:
        month, name = _asked_month(request), request.match_info["table"]
        if name not in TABLES:
            raise web.HTTPNotFound
        (table,) = await self._deps.reports.tables(month, (name,))
        # Spreadsheets take a CSV without this mark for one in the system's own encoding.
        content = b"\xef\xbb\xbf" + formats.as_csv(table).encode()
        return await self._file(request, f"{table.file_name}.csv", "text/csv", content)

    @staticmethod
    async def _file(
        request: web.Request, name: str, content_type: str, content: bytes
    ) -> web.StreamResponse:
        await audit(request, Action.TABLE_EXPORTED, detail=name)
        return web.Response(
            body=content,
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def shown_rows(table: Table, month: Month) -> list[ShownRow]:
    """The rows with a bar for their last figure; a total has none, nor have others' work orders,
    which are counted beside the calls."""
    calls = table.name == CALLS
    rows = [(row, _calls_of(row.cells[0], month) if calls else "") for row in table.rows]
    drawn = [not row.is_total and (bool(href) or not calls) for row, href in rows]
    largest = max(
        (_figure(row.cells) for (row, _), bar in zip(rows, drawn, strict=True) if bar), default=0
    )
    return [
        ShownRow(
            row.cells,
            row.is_total,
            round(_BAR * _figure(row.cells) / max(largest, 1)) if bar else 0,
            href,
        )
        for (row, href), bar in zip(rows, drawn, strict=True)
    ]


def _figure(cells: Sequence[Cell]) -> int:
    last = cells[-1]
    return last if isinstance(last, int) else 0


def _calls_of(name: Cell, month: Month) -> str:
    """The calls of a category; work orders of others are no calls."""
    category = next((each for each in Category if each.value == name), None)
    if category is None:
        return ""
    return calls_link(month.begins, month.next.begins, categories=[category])


def _asked_month(request: web.Request) -> Month:
    month = _month(request.match_info["month"])
    if month is None:
        raise web.HTTPNotFound
    return month


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
