"""SMS that wait to be sent. Written before anything is sent, so that none is ever lost.

Whoever sends takes a message for a while (`take`): another agent on the same database does
not send it meanwhile, and when the sender is killed it comes back by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database
from ivr.hotline.model import TextMessageRow

PHONE = "text_messages.phone"
TEXT = "text_messages.text"


@dataclass(frozen=True, slots=True)
class TextMessage:
    """`message_id` names it for ever; `tries`: how often it was taken."""

    message_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    tries: int = 0


class TextOutbox:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, keys: PersonalDataKeys) -> None:
        self._database = database
        self._keys = keys

    async def put(self, message: TextMessage, call_id: str, at: dt.datetime) -> None:
        """To be sent as soon as may be; the same `message_id` again changes nothing."""
        name = message.message_id
        phone = self._keys.seal(PHONE, name, message.phone)
        text = self._keys.seal(TEXT, name, message.text)

        async def work(connection: AsyncConnection) -> None:
            known = select(TextMessageRow.id).where(TextMessageRow.message_id == name)
            if await connection.scalar(known) is not None:
                return
            await connection.execute(
                insert(TextMessageRow).values(
                    message_id=name,
                    call_id=call_id,
                    phone=phone,
                    text=text,
                    written_at=at,
                    tries=0,
                    next_try_at=at,
                )
            )

        await self._database.write(work)

    async def take(self, at: dt.datetime, until: dt.datetime) -> TextMessage | None:
        """The message that is due longest, which is nobody else's until `until`."""
        due = (
            select(TextMessageRow.id)
            .where(TextMessageRow.next_try_at <= at)
            .order_by(TextMessageRow.next_try_at, TextMessageRow.id)
            .limit(1)
        )

        async def work(connection: AsyncConnection) -> TextMessage | None:
            row_id = await connection.scalar(due)
            if row_id is None:
                return None
            taken = await connection.execute(
                update(TextMessageRow)
                .where(TextMessageRow.id == row_id, TextMessageRow.next_try_at <= at)
                .values(next_try_at=until, tries=TextMessageRow.tries + 1)
                .returning(
                    TextMessageRow.message_id,
                    TextMessageRow.phone,
                    TextMessageRow.text,
                    TextMessageRow.tries,
                )
            )
            row = taken.one_or_none()
            if row is None:  # another agent was faster
                return None
            name = row.message_id
            return TextMessage(
                name,
                self._keys.open(PHONE, name, row.phone),
                self._keys.open(TEXT, name, row.text),
                row.tries,
            )

        return await self._database.write(work)

    async def sent(self, message_id: str, at: dt.datetime) -> None:
        await self._change(message_id, next_try_at=None, sent_at=at)

    async def refused(self, message_id: str, at: dt.datetime) -> None:
        """The gateway will never take it: kept, not tried again."""
        await self._change(message_id, next_try_at=None, refused_at=at)

    async def try_again(self, message_id: str, at: dt.datetime) -> None:
        await self._change(message_id, next_try_at=at)

    async def next_due(self) -> dt.datetime | None:
        """When the next message is to be tried; None while none waits."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(func.min(TextMessageRow.next_try_at)))

    async def _change(self, message_id: str, **values: dt.datetime | None) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(TextMessageRow)
                .where(TextMessageRow.message_id == message_id)
                .values(**values)
            )

        await self._database.write(work)
