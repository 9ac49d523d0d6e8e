"""The board's figures: days that are over are counted once and kept, today is counted anew.

A kept day is forgotten, and counted again, when a call appears in the log that began on it (an
import, demonstration data), and when DayFigures has another shape.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.sql.database import Database, open_database
from ivr.board.counting import count_day
from ivr.board.figures import SHAPE, DayFigures
from ivr.board.migrations.upgrade import SCHEMA
from ivr.board.model import DayRow, SeenRow
from ivr.call_log.model import CallRow
from ivr.ports import Clock

log = logging.getLogger(__name__)

SETTLED = dt.timedelta(hours=3)  # after midnight the last calls of a day have ended
FRESH_SECONDS = 20.0  # so old may today's figures be
COUNT_SECONDS = 60.0  # for one day
PATIENCE_SECONDS = 4.0  # for a page whose days are not counted yet
DAYS_AHEAD = 62  # this month and the last
AGAIN_SECONDS = 1800.0


class Board:
    """Make it with `open`; call `close` at the end. Every method raises CoreUnavailable."""

    def __init__(
        self, database: Database, now: Callable[[], dt.datetime], monotonic: Callable[[], float]
    ) -> None:
        self._database = database
        self._now = now
        self._monotonic = monotonic
        self._one_at_a_time = asyncio.Lock()
        self._counting: asyncio.Task[None] | None = None
        self._today: dict[dt.date, tuple[float, DayFigures]] = {}

    @classmethod
    async def open(
        cls, url: str, now: Callable[[], dt.datetime], monotonic: Callable[[], float]
    ) -> Board:
        """The call log's tables are at `url` already. Raises CoreUnavailable, ValueError."""
        database = open_database(url, COUNT_SECONDS, durable=False)
        try:
            await SCHEMA.upgrade_at(url, database)
        except BaseException:
            await database.close()
            raise
        return cls(database, now, monotonic)

    async def close(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.wait({self._counting})
        await self._database.close()

    async def figures(
        self, wanted: Sequence[dt.date], patience: float = PATIENCE_SECONDS
    ) -> dict[dt.date, DayFigures]:
        """The figures of these days. What is missing is counted meanwhile, for at most `patience`
        seconds of the asker's time: the rest is counted on, for who asks again."""
        known = await self.days(wanted)
        if not self.missing(wanted, known):
            return known
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count(tuple(wanted)))
        await asyncio.wait({self._counting}, timeout=patience)
        return await self.days(wanted)

    async def _count(self, wanted: Sequence[dt.date]) -> None:
        try:
            await self.count_missing(wanted)
        except CoreUnavailable as error:
            log.error("the board's days were not counted: %s", error)

    async def count_ahead(self, clock: Clock) -> None:
        """For ever: days that are over are counted before somebody asks for them."""
        while True:
            today = self._now().date()
            days = [today - dt.timedelta(days=number) for number in range(1, DAYS_AHEAD)]
            await self._count(days)
            await clock.sleep(AGAIN_SECONDS)

    async def days(self, wanted: Sequence[dt.date]) -> dict[dt.date, DayFigures]:
        """The figures of these days, as far as they are kept or are not over; what is missing is
        for `count_missing`. Days to come are left out."""
        await self._forget_changed()
        kept = await self._kept(wanted)
        for day in wanted:
            if not self._over(day) and day <= self._now().date():
                kept[day] = await self._going_on(day)
        return kept

    def missing(
        self, wanted: Sequence[dt.date], known: Mapping[dt.date, DayFigures]
    ) -> list[dt.date]:
        """Days that are over and still have to be counted, the newest first."""
        return sorted((d for d in wanted if d not in known and self._over(d)), reverse=True)

    async def count_missing(self, wanted: Sequence[dt.date]) -> dict[dt.date, DayFigures]:
        """Count and keep what is missing of these days, the newest first; returns all of them."""
        async with self._one_at_a_time:
            known = await self.days(wanted)
            for day in self.missing(wanted, known):
                known[day] = await self._count_and_keep(day)
        return known

    def _over(self, day: dt.date) -> bool:
        return self._now() >= dt.datetime.combine(day, dt.time()) + dt.timedelta(days=1) + SETTLED

    async def _kept(self, wanted: Sequence[dt.date]) -> dict[dt.date, DayFigures]:
        async with self._database.reading() as connection:
            rows = await connection.execute(
                select(DayRow.day, DayRow.figures).where(
                    DayRow.day.in_(wanted), DayRow.version == SHAPE
                )
            )
            return {row.day: DayFigures.model_validate(row.figures) for row in rows}

    async def _going_on(self, day: dt.date) -> DayFigures:
        at, figures = self._today.get(day, (float("-inf"), DayFigures()))
        if self._monotonic() - at < FRESH_SECONDS:
            return figures
        async with self._database.reading() as connection:
            figures = await count_day(connection, day)
        self._today = {
            known: entry for known, entry in self._today.items() if not self._over(known)
        } | {day: (self._monotonic(), figures)}
        return figures

    async def _count_and_keep(self, day: dt.date) -> DayFigures:
        async with self._database.reading() as connection:
            figures = await count_day(connection, day)
        row = {"day": day, "version": SHAPE, "figures": figures.model_dump(mode="json")}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(DayRow).where(DayRow.day == day))
            await connection.execute(insert(DayRow).values(**row))

        await self._database.write(work)
        return figures

    async def _forget_changed(self) -> None:
        """Kept days in which calls appeared since we looked last."""
        async with self._database.reading() as connection:
            seen = await connection.scalar(select(SeenRow.last_call)) or 0
            newest = await connection.scalar(select(func.max(CallRow.id))) or 0
            if newest == seen:
                return
            changed = await _days_of_calls_after(connection, seen) if seen < newest else None

        async def work(connection: AsyncConnection) -> None:
            stale = delete(DayRow)
            # The newest calls are gone: another log was put in its place.
            await connection.execute(
                stale if changed is None else stale.where(DayRow.day.in_(changed))
            )
            await connection.execute(delete(SeenRow))
            await connection.execute(insert(SeenRow).values(id=1, last_call=newest))

        await self._database.write(work)


async def _days_of_calls_after(connection: AsyncConnection, seen: int) -> list[dt.date]:
    day = func.date(CallRow.started_at)
    found = await connection.scalars(select(day).where(CallRow.id > seen).distinct())
    return [dt.date.fromisoformat(str(value)) for value in found]  # SQLite has no type for days
