"""An SMS is written before it is sent, taken by one sender at a time, and never lost."""

from __future__ import annotations

import asyncio
import datetime as dt

from sqlalchemy import select

from ivr.hotline import Hotline
from ivr.hotline.model import TextMessageRow
from ivr.hotline.text_outbox import TextMessage
from tests.hotline.conftest import KEYS

AT = dt.datetime(2026, 11, 24, 9, 30)
SOON = AT + dt.timedelta(seconds=60)
MESSAGE = TextMessage("23456780-booked-7", "13912345678", "【南京12320】已约：南京鼓楼医院")


async def test_a_message_is_taken_with_all_it_needs(hotline: Hotline) -> None:
    await hotline.texts.put(MESSAGE, "call-1", AT)
    taken = await hotline.texts.take(AT, SOON)
    assert taken is not None
    assert (taken.message_id, taken.phone, taken.text) == (
        MESSAGE.message_id,
        MESSAGE.phone,
        MESSAGE.text,
    )
    assert taken.tries == 1


async def test_the_same_message_is_written_once(hotline: Hotline) -> None:
    await hotline.texts.put(MESSAGE, "call-1", AT)
    await hotline.texts.put(MESSAGE, "call-1", AT)
    assert await hotline.texts.take(AT, SOON) is not None
    assert await hotline.texts.take(AT, SOON) is None


async def test_two_senders_on_one_database_never_take_the_same(url: str, hotline: Hotline) -> None:
    other = await Hotline.open(url, KEYS)
    await hotline.texts.put(MESSAGE, "call-1", AT)
    taken = await asyncio.gather(
        *(each.texts.take(AT, SOON) for each in (hotline, other, hotline, other))
    )
    await other.close()
    assert [message is not None for message in taken].count(True) == 1


async def test_what_a_killed_sender_had_taken_comes_back(hotline: Hotline) -> None:
    await hotline.texts.put(MESSAGE, "call-1", AT)
    await hotline.texts.take(AT, SOON)
    again = await hotline.texts.take(SOON, SOON + dt.timedelta(seconds=60))
    assert again is not None
    assert again.tries == 2


async def test_what_was_sent_or_refused_is_kept_and_not_taken_again(hotline: Hotline) -> None:
    later = SOON + dt.timedelta(days=1)
    for name in ("a", "b"):
        await hotline.texts.put(TextMessage(name, "13912345678", "短信"), "call-1", AT)
        await hotline.texts.take(AT, SOON)
    await hotline.texts.sent("a", AT)
    await hotline.texts.refused("b", AT)
    assert await hotline.texts.take(later, later) is None
    assert await hotline.texts.next_due() is None


async def test_the_next_try_is_when_it_was_put_off_to(hotline: Hotline) -> None:
    await hotline.texts.put(MESSAGE, "call-1", AT)
    await hotline.texts.take(AT, SOON)
    await hotline.texts.try_again(MESSAGE.message_id, SOON)
    assert await hotline.texts.next_due() == SOON
    assert await hotline.texts.take(AT, SOON) is None


async def test_number_and_text_lie_sealed(hotline: Hotline) -> None:
    await hotline.texts.put(MESSAGE, "call-1", AT)
    async with hotline.database.reading() as connection:
        row = (await connection.execute(select(*TextMessageRow.__table__.columns))).one()
    assert MESSAGE.phone.encode() not in row.phone
    assert "鼓楼".encode() not in row.text
    assert MESSAGE.phone not in repr(MESSAGE)
