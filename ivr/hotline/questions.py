"""Questions that the file of answers did not know, for whoever keeps that file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import insert, select

from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.database import Database
from ivr.call_log.id_masking import mask_text
from ivr.hotline.model import UnansweredQuestionRow

WORDS = "unanswered_questions.words"


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    call_id: str
    asked_at: dt.datetime
    words: str = field(repr=False)


class UnansweredQuestions:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database, keys: PersonalDataKeys) -> None:
        self._database = database
        self._keys = keys

    async def keep(self, call_id: str, words: str, at: dt.datetime) -> None:
        """ID numbers are masked."""
        row = str(uuid4())
        async with self._database.writing() as connection:
            await connection.execute(
                insert(UnansweredQuestionRow).values(
                    id=row,
                    call_id=call_id,
                    asked_at=at,
                    words=self._keys.seal(WORDS, row, mask_text(words)),
                )
            )

    async def list(self, limit: int = 50) -> tuple[UnansweredQuestion, ...]:
        """The newest first."""
        query = select(*UnansweredQuestionRow.__table__.columns)
        newest = UnansweredQuestionRow.asked_at.desc()
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(newest).limit(limit))
            return tuple(
                UnansweredQuestion(
                    row.call_id, row.asked_at, self._keys.open(WORDS, row.id, row.words)
                )
                for row in rows
            )
