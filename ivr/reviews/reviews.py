"""The review of a call: read, added to, and followed by the search."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.call_log.id_masking import mask_text
from ivr.call_search import terms
from ivr.reviews.model import LONGEST_NOTE, LONGEST_TAG, LONGEST_TEXT, MarkRow, NoteRow, TagRow

MOST_TAGS = 20  # of a call


class ReviewRefused(ValueError):
    """What was given is empty or too long, or there are too many; `key` says which."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Note:
    at: dt.datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """`right_text`: what the caller really said, empty where nobody can tell."""

    turn: int
    right_text: str
    at: dt.datetime
    author: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything of one call, oldest first; `marks` by turn."""

    notes: tuple[Note, ...] = ()
    tags: tuple[str, ...] = ()
    marks: Mapping[int, Mark] = field(default_factory=dict)


class Reviews:
    """Texts are masked as in the call log: no ID number is kept. Every method raises
    CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, call_id: str) -> Review:
        async with self._database.reading() as connection:
            notes = await connection.execute(
                select(NoteRow.at, NoteRow.author, NoteRow.text)
                .where(NoteRow.call_id == call_id)
                .order_by(NoteRow.id)
            )
            tags = await connection.scalars(
                select(TagRow.tag).where(TagRow.call_id == call_id).order_by(TagRow.id)
            )
            marks = await connection.execute(
                select(MarkRow.turn, MarkRow.right_text, MarkRow.at, MarkRow.author)
                .where(MarkRow.call_id == call_id)
                .order_by(MarkRow.turn)
            )
            return Review(
                tuple(Note(row.at, row.author, row.text) for row in notes),
                tuple(tags),
                {row.turn: Mark(row.turn, row.right_text, row.at, row.author) for row in marks},
            )

    async def tags(self) -> list[str]:
        """Every tag that some call has."""
        async with self._database.reading() as connection:
            return list(
                await connection.scalars(select(TagRow.tag).distinct().order_by(TagRow.tag))
            )

    async def add_note(self, call_id: str, text: str, author: str, at: dt.datetime) -> None:
        """Raises ReviewRefused."""
        text = _checked(text, LONGEST_NOTE)
        values = {"call_id": call_id, "text": text, "author": author, "at": at}

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(NoteRow).values(values))

        await self._database.write(work)

    async def add_tag(self, call_id: str, tag: str, author: str, at: dt.datetime) -> None:
        """Raises ReviewRefused; a tag that is there already stays."""
        tag = _checked(tag, LONGEST_TAG)
        values = {"call_id": call_id, "tag": tag, "author": author, "at": at}

        async def work(connection: AsyncConnection) -> None:
            there = set(
                await connection.scalars(select(TagRow.tag).where(TagRow.call_id == call_id))
            )
            if tag in there:
                return
            if len(there) >= MOST_TAGS:
                raise ReviewRefused("too_many_tags")
            await connection.execute(insert(TagRow).values(values))

        await self._database.write(work)

    async def remove_tag(self, call_id: str, tag: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(TagRow).where(TagRow.call_id == call_id, TagRow.tag == tag)
            )

        await self._database.write(work)

    async def mark(
        self, call_id: str, turn: int, right_text: str, author: str, at: dt.datetime
    ) -> None:
        """The latest mark of a turn counts. Raises ReviewRefused."""
        right = _checked(right_text, LONGEST_TEXT, may_be_empty=True)
        values = {"right_text": right, "author": author, "at": at}

        async def work(connection: AsyncConnection) -> None:
            changed = await connection.execute(
                update(MarkRow)
                .where(MarkRow.call_id == call_id, MarkRow.turn == turn)
                .values(values)
            )
            if not changed.rowcount:
                await connection.execute(
                    insert(MarkRow).values(call_id=call_id, turn=turn, **values)
                )

        await self._database.write(work)

    async def unmark(self, call_id: str, turn: int) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(MarkRow).where(MarkRow.call_id == call_id, MarkRow.turn == turn)
            )

        await self._database.write(work)


def review_terms(review: Review) -> frozenset[str]:
    """What the search finds a reviewed call by."""
    found = {terms.tag(name) for name in review.tags}
    if review.marks:
        found.add(terms.WRONG)
    if review.notes:
        found.add(terms.NOTED)
    return frozenset(found)


async def terms_of_reviewed(
    connection: AsyncConnection, call_ids: Sequence[str]
) -> Mapping[str, Collection[str]]:
    """call_id -> the terms of its review, for those of `call_ids` that have one."""
    found: dict[str, set[str]] = defaultdict(set)
    for row, term in ((NoteRow, terms.NOTED), (MarkRow, terms.WRONG)):
        for call_id in await connection.scalars(
            select(row.call_id).where(row.call_id.in_(call_ids))
        ):
            found[call_id].add(term)
    tags = select(TagRow.call_id, TagRow.tag).where(TagRow.call_id.in_(call_ids))
    for each in await connection.execute(tags):
        found[each.call_id].add(terms.tag(each.tag))
    return found


async def forget_reviews(connection: AsyncConnection, call_ids: Sequence[str]) -> None:
    """Of calls that are deleted from the call log."""
    for row in (NoteRow, TagRow, MarkRow):
        await connection.execute(delete(row).where(row.call_id.in_(call_ids)))


def _checked(text: str, longest: int, *, may_be_empty: bool = False) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not plain and not may_be_empty:
        raise ReviewRefused("empty")
    if len(plain) > longest:
        raise ReviewRefused("too_long")
    return mask_text(plain)
