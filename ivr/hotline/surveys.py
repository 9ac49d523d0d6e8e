"""Survey answers, kept one by one: who hangs up after two questions has answered two."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database
from ivr.call_log.id_masking import mask_text
from ivr.hotline.model import SurveyAnswerRow

REMARK = "survey_answers.remark"


class Surveys:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, keys: PersonalDataKeys) -> None:
        self._database = database
        self._keys = keys

    async def score(self, call_id: str, question: str, score: int, at: dt.datetime) -> None:
        """`score` is 1 (worst) to 5. An answer to the same question in the same call replaces
        the one before."""
        await self._keep(call_id, question, {"score": score, "answered_at": at})

    async def remark(self, call_id: str, question: str, words: str, at: dt.datetime) -> None:
        """Words of the caller, ID numbers masked."""
        sealed = self._keys.seal(REMARK, f"{call_id}.{question}", mask_text(words))
        await self._keep(call_id, question, {"remark": sealed, "answered_at": at})

    async def _keep(self, call_id: str, question: str, values: dict[str, object]) -> None:
        same = (SurveyAnswerRow.call_id == call_id, SurveyAnswerRow.question == question)

        async def work(connection: AsyncConnection) -> None:
            known = await connection.scalar(select(SurveyAnswerRow.id).where(*same))
            if known is not None:
                await connection.execute(
                    update(SurveyAnswerRow).where(SurveyAnswerRow.id == known).values(**values)
                )
                return
            await connection.execute(
                insert(SurveyAnswerRow).values(call_id=call_id, question=question, **values)
            )

        await self._database.write(work)

    async def mean_scores(self, since: dt.datetime, until: dt.datetime) -> dict[str, float]:
        """Question -> mean score of the answers from `since` on, before `until`."""
        asked = SurveyAnswerRow.question
        query = (
            select(asked, func.avg(SurveyAnswerRow.score).label("mean"))
            .where(
                SurveyAnswerRow.score.is_not(None),
                SurveyAnswerRow.answered_at >= since,
                SurveyAnswerRow.answered_at < until,
            )
            .group_by(asked)
            .order_by(asked)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return {row.question: float(row.mean) for row in rows}
