"""Call-backs: promised to a caller whom nobody could answer, kept until somebody has called."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database
from dialogs.outcomes import Reason
from ivr.hotline.model import CallbackAccessRow, CallbackRow

PHONE = "callbacks.phone"


@dataclass(frozen=True, slots=True)
class Callback:
    """`due`: what the caller was told; `reason`: why a person was wanted."""

    call_id: str
    phone: str = field(repr=False)
    reason: Reason
    requested_at: dt.datetime
    due: dt.datetime


class Callbacks:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, keys: PersonalDataKeys) -> None:
        self._database = database
        self._keys = keys

    async def keep(self, callback: Callback) -> None:
        """The same call again changes nothing."""
        call_id = callback.call_id
        sealed = self._keys.seal(PHONE, call_id, callback.phone)

        async def work(connection: AsyncConnection) -> None:
            known = select(CallbackRow.id).where(CallbackRow.call_id == call_id)
            if await connection.scalar(known) is not None:
                return
            await connection.execute(
                insert(CallbackRow).values(
                    call_id=call_id,
                    phone=sealed,
                    reason=callback.reason.value,
                    requested_at=callback.requested_at,
                    due=callback.due,
                )
            )

        await self._database.write(work)

    async def open_ones(self, actor: str, at: dt.datetime, limit: int) -> tuple[Callback, ...]:
        """Who is still to be called, the most urgent first; who reads the numbers is noted."""
        waiting = (
            select(*CallbackRow.__table__.columns)
            .where(CallbackRow.done_at.is_(None))
            .order_by(CallbackRow.due, CallbackRow.id)
            .limit(limit)
        )

        async def work(connection: AsyncConnection) -> tuple[Callback, ...]:
            rows = (await connection.execute(waiting)).all()
            for row in rows:
                await _note(connection, row.id, actor, at, "read")
            return tuple(
                Callback(
                    call_id=row.call_id,
                    phone=self._keys.open(PHONE, row.call_id, row.phone),
                    reason=Reason(row.reason),
                    requested_at=row.requested_at,
                    due=row.due,
                )
                for row in rows
            )

        return await self._database.write(work)

    async def done(self, call_id: str, actor: str, at: dt.datetime) -> bool:
        """Somebody has called; `call_id` may be its beginning if that is unique among the open
        ones. False: there is no such open call-back."""

        async def work(connection: AsyncConnection) -> bool:
            found = await connection.scalars(
                select(CallbackRow.id)
                .where(
                    CallbackRow.call_id.startswith(call_id, autoescape=True),
                    CallbackRow.done_at.is_(None),
                )
                .limit(2)
            )
            rows = found.all()
            if len(rows) != 1:
                return False
            changed = await connection.execute(
                update(CallbackRow)
                .where(CallbackRow.id == rows[0], CallbackRow.done_at.is_(None))
                .values(done_at=at)
            )
            if not changed.rowcount:
                return False
            await _note(connection, rows[0], actor, at, "done")
            return True

        return await self._database.write(work)


async def _note(
    connection: AsyncConnection, callback: int, actor: str, at: dt.datetime, what: str
) -> None:
    await connection.execute(
        insert(CallbackAccessRow).values(callback=callback, at=at, actor=actor, what=what)
    )
