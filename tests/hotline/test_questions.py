"""What the file of answers did not know is kept for whoever writes it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ivr.hotline import Hotline
from ivr.hotline.model import UnansweredQuestionRow

AT = dt.datetime(2026, 11, 24, 9, 30)


async def test_the_newest_question_comes_first(hotline: Hotline) -> None:
    await hotline.questions.keep("a", "食堂几点开饭", AT)
    await hotline.questions.keep("b", "能带宠物吗", AT + dt.timedelta(minutes=1))
    assert [each.words for each in await hotline.questions.list()] == ["能带宠物吗", "食堂几点开饭"]
    assert [each.call_id for each in await hotline.questions.list(1)] == ["b"]


async def test_words_are_masked_and_sealed(hotline: Hotline) -> None:
    await hotline.questions.keep("a", "我的号是三二零一零五一九六五幺幺二四幺二三叉", AT)
    async with hotline.database.reading() as connection:
        sealed = await connection.scalar(select(UnansweredQuestionRow.words))
    assert sealed is not None
    assert "我的号".encode() not in sealed
    assert "三二零一" not in (await hotline.questions.list())[0].words
