"""Every kind of call is one call of one category in the month's table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest_asyncio

from booking_client.month import Month
from booking_client.sql.database import open_database
from dialogs.outcomes import Category
from ivr.agent.call_logging import LoggedCall
from ivr.call_log import CallLog, CallStart
from ivr.reports.calls import calls_by_category
from tests.ivr.session.test_conversation import (
    COMPLAINT,
    KEYS,
    NOW,
    Desk,
    PinnedClock,
    books,
    demonstration_desk,
)

CALLS: tuple[tuple[Category, Mapping[str, list[str]]], ...] = (
    (Category.BOOKING, books("内分泌科")),
    (Category.BOOKING, {"task": ["我要挂号"]}),
    (Category.COMPLAINT, COMPLAINT),
    (Category.COMPLAINT, {"task": ["我要投诉"]}),
    (Category.CONSULTATION, {"task": ["我想咨询"], "statement": ["血压高能不能拔牙", "说完了"]}),
    (Category.CONSULTATION, {"task": ["转人工"]}),
    (Category.CONSULTATION, {}),
    (Category.CRISIS, {"task": ["我不想活了"]}),
    (Category.SURVEY, {"task": ["我来做满意度评价"], "choice": ["很满意"]}),
    (Category.VOICE_ANSWERS, {"task": ["看病要带什么", "没有了"]}),
    (Category.VOICE_ANSWERS, {"task": ["常见问题"], "topic": ["食堂的红烧肉好不好吃"] * 2}),
    # The main intent is what it led to.
    (Category.BOOKING, {**books(), "task": ["看病要带什么", "我要挂鼓楼医院眼科"]}),
)


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with demonstration_desk() as desk:
        yield desk


async def test_each_call_counts_once(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    log = await CallLog.open(url, KEYS)
    for number, (category, answers) in enumerate(CALLS):
        call_id = f"call-{number}"
        await log.call_started(CallStart(call_id, NOW))
        talk = await desk.talk(answers, call_id=call_id)
        assert talk.conclusion.category is category, (answers, talk.said)
        await LoggedCall(log, PinnedClock(), call_id).ended(talk.conclusion)
    database = open_database(url)
    figures = await calls_by_category(database, Month(NOW.year, NOW.month))
    await database.close()
    await log.close()
    wanted = [category for category, _ in CALLS]
    assert figures.by_category == {each: wanted.count(each) for each in Category}
    assert figures.without == 0
