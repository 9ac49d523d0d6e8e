"""What people did on the pages: who, when, from where, what, of which call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.web.accounts.model import AuditRow

MOST_DETAIL = 200  # characters; PostgreSQL refuses a longer one


class Action(StrEnum):
    """Each has a name in ivr/web/data/words/audit.yaml."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    RIGHT_LACKED = "right_lacked"  # a page was asked for that the role may not have
    PASSWORD_CHANGED = "password_changed"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    AUDIT_SEEN = "audit_seen"
    HANDOVER_SEEN = "handover_seen"
    CALLS_SEARCHED = "calls_searched"
    CALL_SEEN = "call_seen"
    RECORDING_HEARD = "recording_heard"
    PERSONAL_DATA_SEEN = "personal_data_seen"
    REVIEW_CHANGED = "review_changed"
    CASE_EXPORTED = "case_exported"
    TABLE_EXPORTED = "table_exported"
    LIVE_SEEN = "live_seen"
    CALL_TAKEN_OVER = "call_taken_over"
    CALL_LISTENED_IN = "call_listened_in"
    ALIAS_PROPOSED = "alias_proposed"
    ALIAS_LIVE = "alias_live"
    ALIAS_UNDONE = "alias_undone"
    RETENTION_RUN = "retention_run"


@dataclass(frozen=True, slots=True)
class Entry:
    at: dt.datetime
    actor: str
    address: str
    action: Action
    call_id: str | None = None
    detail: str = ""  # nothing personal: what was changed, how many rows


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry with its place in the audit."""

    number: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None = any; `since` <= at < `until`; `before`: only entries older than that number."""

    actor: str | None = None
    action: Action | None = None
    call_id: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None


class Audit:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, entry: Entry) -> None:
        """Kept when this returns, so write before you show."""

        async def work(connection: AsyncConnection) -> None:
            await note_within(connection, entry)

        await self._database.write(work)

    async def list(self, wanted: AuditFilter, limit: int) -> tuple[Kept, ...]:
        """The newest first."""
        query = select(*AuditRow.__table__.columns).order_by(AuditRow.id.desc()).limit(limit)
        for column, value in (
            (AuditRow.actor, wanted.actor),
            (AuditRow.action, wanted.action and wanted.action.value),
            (AuditRow.call_id, wanted.call_id),
        ):
            if value is not None:
                query = query.where(column == value)
        if wanted.since is not None:
            query = query.where(AuditRow.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(AuditRow.at < wanted.until)
        if wanted.before is not None:
            query = query.where(AuditRow.id < wanted.before)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Kept(
                row.id,
                Entry(row.at, row.actor, row.address, Action(row.action), row.call_id, row.detail),
            )
            for row in rows
        )


async def note_within(connection: AsyncConnection, entry: Entry) -> None:
    """The same as a part of a transaction: what is changed and its entry stand or fall together."""
    await connection.execute(
        insert(AuditRow).values(
            at=entry.at,
            actor=entry.actor,
            address=entry.address,
            action=entry.action.value,
            call_id=entry.call_id,
            detail=entry.detail[:MOST_DETAIL],
        )
    )
