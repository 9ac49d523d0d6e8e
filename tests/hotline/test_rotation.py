"""After a rotation everything opens without the old key, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import LargeBinary, select

from booking_client.personal_data import PersonalDataKeys
from dialogs.outcomes import Category, Reason
from ivr.hotline import Hotline, Statement
from ivr.hotline.callbacks import Callback
from ivr.hotline.model import Base, SurveyAnswerRow
from ivr.hotline.rotation import SEALED, rotate
from ivr.hotline.surveys import REMARK
from ivr.hotline.text_outbox import TextMessage

AT = dt.datetime(2026, 11, 24, 9, 30)
OLD, NEW = bytes(range(32)), bytes(range(1, 33))


async def test_every_value_is_sealed_with_the_new_key(url: str) -> None:
    before = await Hotline.open(url, PersonalDataKeys(OLD))
    statement = Statement("call:1", Category.COMPLAINT, "call", AT, "等了三个小时", "13900001234")
    number = await before.tickets.open(statement)
    await before.tickets.close(number, "li", AT, "已打电话说明")
    await before.surveys.remark("call", "remark", "护士很好", AT)
    await before.questions.keep("call", "食堂几点开饭", AT)
    await before.callbacks.keep(Callback("call", "13900001234", Reason.CALLER_ASKED, AT, AT))
    await before.texts.put(TextMessage("message", "13900001234", "约好了"), "call", AT)
    assert await rotate(before.database, PersonalDataKeys(NEW, [OLD])) == 5
    assert await rotate(before.database, PersonalDataKeys(NEW, [OLD])) == 0
    await before.close()

    new = PersonalDataKeys(NEW)
    after = await Hotline.open(url, new)
    ticket = await after.tickets.read(number, "li", AT)
    assert ticket is not None
    assert (ticket.statement, ticket.caller) == ("等了三个小时", "13900001234")
    assert ticket.resolution == "已打电话说明"
    assert [each.words for each in await after.questions.list()] == ["食堂几点开饭"]
    (callback,) = await after.callbacks.open_ones("li", AT, 10)
    assert callback.phone == "13900001234"
    async with after.database.reading() as connection:
        remark = await connection.scalar(select(SurveyAnswerRow.remark))
    assert remark is not None
    assert new.open(REMARK, "call.remark", remark) == "护士很好"
    await after.close()


def test_no_sealed_column_is_forgotten() -> None:
    """Every column of bytes is sealed."""
    sealed = {(each.table.__tablename__, name) for each in SEALED for name in each.columns}
    bytes_ = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert sealed == bytes_
