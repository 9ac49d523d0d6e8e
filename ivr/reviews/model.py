"""The tables of the reviews. A call is named by its call_id, as in the call log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

LONGEST_NOTE = 2000
LONGEST_TAG = 30
LONGEST_TEXT = 300
LONGEST_NAME = 60
_AUTHOR = 80
_CALL_ID = 64


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class NoteRow(Base):
    """Rows are only ever added."""

    __tablename__ = "review_notes"
    __table_args__ = (Index(None, "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(_CALL_ID))
    at: Mapped[dt.datetime]
    author: Mapped[str] = mapped_column(String(_AUTHOR))
    text: Mapped[str] = mapped_column(String(LONGEST_NOTE))


class TagRow(Base):
    __tablename__ = "review_tags"
    __table_args__ = (UniqueConstraint("call_id", "tag"), Index(None, "tag"))

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(_CALL_ID))
    tag: Mapped[str] = mapped_column(String(LONGEST_TAG))
    at: Mapped[dt.datetime]
    author: Mapped[str] = mapped_column(String(_AUTHOR))


class MarkRow(Base):
    """ "Wrong here": what the caller really said in a turn; empty where nobody can tell."""

    __tablename__ = "review_marks"
    __table_args__ = (UniqueConstraint("call_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(_CALL_ID))
    turn: Mapped[int]
    right_text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    at: Mapped[dt.datetime]
    author: Mapped[str] = mapped_column(String(_AUTHOR))


class SavedSearchRow(Base):
    """`filters` are those of the list's form, without a caller's number."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("owner", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(_AUTHOR))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    at: Mapped[dt.datetime]
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
