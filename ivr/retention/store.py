"""Retention carried out and reported: opened once by whoever needs it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.errors import CoreUnavailable
from booking_client.sql.database import Database, open_database, sqlite_path
from ivr.board.migrations import upgrade as board
from ivr.call_log.migrations import upgrade as call_log
from ivr.call_search.migrations import upgrade as call_search
from ivr.config import RetentionConfig
from ivr.hotline.migrations import upgrade as hotline
from ivr.ports import Clock
from ivr.retention import rows
from ivr.retention.migrations.upgrade import SCHEMA
from ivr.retention.model import RunRow
from ivr.retention.recordings import FilesDeleted, delete_recordings
from ivr.retention.subjects import Subject
from ivr.reviews.migrations import upgrade as reviews
from ivr.web.accounts.audit import Action, Entry, note_within
from ivr.web.accounts.migrations import upgrade as accounts

log = logging.getLogger(__name__)

DAILY_HOUR = 3  # when the fewest call
POLL_SECONDS = 600.0
_SCHEMAS = (
    call_log.SCHEMA,
    call_search.SCHEMA,
    board.SCHEMA,
    reviews.SCHEMA,
    hotline.SCHEMA,
    accounts.SCHEMA,
    SCHEMA,
)


class RetentionError(Exception):
    """The database could not be opened; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a run did about one subject; `fault` is empty where all went well."""

    at: dt.datetime
    subject: Subject
    kept_from: dt.date
    deleted: int
    bytes: int = 0
    held: int = 0
    fault: str = ""


class Retention:
    """One open database. Make it with `open`; call `close` at the end."""

    def __init__(self, database: Database, policy: RetentionConfig, recordings: Path) -> None:
        self.policy = policy
        self._database = database
        self._recordings = recordings

    @classmethod
    async def open(cls, url: str, policy: RetentionConfig, recordings: Path) -> Retention:
        """Open the database at `url` and bring up to date the schemas of all from which something
        is deleted. Raises RetentionError."""
        try:
            path = sqlite_path(url)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            database = open_database(url)
        except (ValueError, OSError) as error:
            raise RetentionError(f"retention cannot be opened: {error}") from None
        try:
            for schema in _SCHEMAS:
                await schema.upgrade_at(url, database)
        except BaseException as error:
            await database.close()
            if isinstance(error, CoreUnavailable):
                name = make_url(url).render_as_string(hide_password=True)
                raise RetentionError(f"retention at {name}: {error}") from error
            raise
        return cls(database, policy, recordings)

    async def close(self) -> None:
        await self._database.close()

    async def run(self, now: dt.datetime, actor: str = "") -> tuple[Deleted, ...]:
        """Delete what is too old, and keep what was done; `actor` is empty for the daily run.

        A subject that fails is reported with its fault, and the others are still done. Raises
        CoreUnavailable when the report itself cannot be kept.
        """
        done = [await self._delete_recordings(now)]
        for subject, batch in rows.BATCHES.items():
            done.append(await self._delete_rows(now, subject, batch))

        async def keep(connection: AsyncConnection) -> None:
            for each in done:
                await connection.execute(
                    insert(RunRow).values(
                        at=each.at,
                        subject=each.subject.value,
                        kept_from=each.kept_from,
                        deleted=each.deleted,
                        bytes=each.bytes,
                        held=each.held,
                        fault=each.fault,
                    )
                )
            told = ", ".join(f"{each.subject} {each.deleted}" for each in done if each.deleted)
            entry = Entry(now, actor, "", Action.RETENTION_RUN, detail=told or "nothing")
            await note_within(connection, entry)

        await self._database.write(keep)
        return tuple(done)

    async def history(self, limit: int) -> tuple[Deleted, ...]:
        """What was done, the newest first. Raises CoreUnavailable."""
        query = select(*RunRow.__table__.columns).order_by(RunRow.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).all()
        return tuple(
            Deleted(
                row.at,
                Subject(row.subject),
                row.kept_from,
                row.deleted,
                row.bytes,
                row.held,
                row.fault,
            )
            for row in found
        )

    async def due(self, now: dt.datetime) -> bool:
        """Whether today's run is still to be done. Raises CoreUnavailable."""
        today = dt.datetime.combine(now.date(), dt.time())
        async with self._database.reading() as connection:
            last: dt.datetime | None = await connection.scalar(select(func.max(RunRow.at)))
        if last is None or last < today - dt.timedelta(days=1):
            return True  # the machine was off at night
        return last < today and now.hour >= DAILY_HOUR

    async def run_daily(self, clock: Clock) -> None:
        """Once a day, and when one was missed; until it is cancelled."""
        while True:
            try:
                now = clock.now()
                if await self.due(now):
                    for each in await self.run(now):
                        if each.deleted or each.fault:
                            log.info(
                                "retention: %s: %d deleted%s",
                                each.subject,
                                each.deleted,
                                f"; {each.fault}" if each.fault else "",
                            )
            except CoreUnavailable as error:
                log.error("retention: %s", error)
            await clock.sleep(POLL_SECONDS)

    # --- inside

    async def _delete_recordings(self, now: dt.datetime) -> Deleted:
        kept_from = now.date() - dt.timedelta(days=self.policy.recordings_days)
        before = dt.datetime.combine(kept_from, dt.time())
        files, fault = FilesDeleted(), ""
        try:
            async with self._database.reading() as connection:
                held = await rows.recordings_of_open_tickets(connection)

            async def forget(connection: AsyncConnection) -> int:
                return await rows.forget_recordings(connection, before, held)

            while await self._database.write(forget):
                pass
            files = await asyncio.to_thread(delete_recordings, self._recordings, kept_from, held)
            if files.failed:
                fault = f"{files.failed} could not be deleted"
        except CoreUnavailable as error:
            fault = str(error)
        except OSError as error:
            fault = error.strerror or type(error).__name__
        return Deleted(
            now,
            Subject.RECORDINGS,
            kept_from,
            files.files,
            files.bytes,
            files.held,
            fault[:200],
        )

    async def _delete_rows(self, now: dt.datetime, subject: Subject, batch: rows.Batch) -> Deleted:
        kept_from = now.date() - dt.timedelta(days=self.policy.logs_days)
        before = dt.datetime.combine(kept_from, dt.time())
        deleted, fault = 0, ""

        async def work(connection: AsyncConnection) -> int:
            return await batch(connection, before)

        try:
            while count := await self._database.write(work):
                deleted += count
        except CoreUnavailable as error:
            fault = str(error)
        return Deleted(now, subject, kept_from, deleted, fault=fault[:200])
