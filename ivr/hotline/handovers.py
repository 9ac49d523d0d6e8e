"""What was handed over with a call: read by the page that the operator sees."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from dialogs.commands import Handover
from dialogs.outcomes import Reason
from ivr.hotline.model import HandoverRow


@dataclass(frozen=True, slots=True)
class HandedOver:
    at: dt.datetime
    reason: Reason
    wish: Handover


class Handovers:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, call_id: str, handed: HandedOver) -> None:
        """The latest of a call counts."""
        values = {
            "at": handed.at,
            "reason": handed.reason.value,
            "wish": dataclasses.asdict(handed.wish),
        }

        async def work(connection: AsyncConnection) -> None:
            changed = await connection.execute(
                update(HandoverRow).where(HandoverRow.call_id == call_id).values(**values)
            )
            if not changed.rowcount:
                await connection.execute(insert(HandoverRow).values(call_id=call_id, **values))

        await self._database.write(work)

    async def of(self, call_id: str) -> HandedOver | None:
        query = select(*HandoverRow.__table__.columns).where(HandoverRow.call_id == call_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        known = {field.name for field in dataclasses.fields(Handover)}
        wish = {name: value for name, value in row.wish.items() if name in known}
        return HandedOver(row.at, Reason(row.reason), Handover(**wish))
