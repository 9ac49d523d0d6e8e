"""Survey answers are kept one by one."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from booking_client.errors import CoreUnavailable
from ivr.hotline import Hotline
from ivr.hotline.model import SurveyAnswerRow
from ivr.hotline.surveys import REMARK
from tests.hotline.conftest import KEYS

AT = dt.datetime(2026, 11, 24, 9, 30)
NEXT_DAY = AT + dt.timedelta(days=1)


async def test_scores_are_averaged_by_question(hotline: Hotline) -> None:
    for call, score in (("a", 5), ("b", 2)):
        await hotline.surveys.score(call, "hospital", score, AT)
    await hotline.surveys.score("a", "doctor", 4, AT)
    assert await hotline.surveys.mean_scores(AT, NEXT_DAY) == {"doctor": 4.0, "hospital": 3.5}
    assert await hotline.surveys.mean_scores(NEXT_DAY, NEXT_DAY + dt.timedelta(days=1)) == {}


async def test_an_answer_given_again_replaces_the_first(hotline: Hotline) -> None:
    await hotline.surveys.score("a", "hospital", 1, AT)
    await hotline.surveys.score("a", "hospital", 4, AT)
    assert await hotline.surveys.mean_scores(AT, NEXT_DAY) == {"hospital": 4.0}


async def test_a_remark_is_sealed(hotline: Hotline) -> None:
    await hotline.surveys.remark("a", "remark", "护士很好", AT)
    async with hotline.database.reading() as connection:
        sealed = await connection.scalar(select(SurveyAnswerRow.remark))
    assert sealed is not None
    assert "护士".encode() not in sealed
    assert KEYS.open(REMARK, "a.remark", sealed) == "护士很好"


@pytest.mark.parametrize("score", [0, 6])
async def test_a_score_out_of_range_is_not_kept(hotline: Hotline, score: int) -> None:
    with pytest.raises(CoreUnavailable):
        await hotline.surveys.score("a", "hospital", score, AT)
    assert await hotline.surveys.mean_scores(AT, NEXT_DAY) == {}
