"""The tables of the search. They are made of the call log's and can be made from it again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Float, Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

LONGEST_TERM = 100
LONGEST_HOSPITAL = 80


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PlaceRow(Base):
    """A call that is over. `place`: see ivr.call_search.places; `call` is calls.id, of the call
    log's tables; the rest is what the list shows beside the call log's own columns."""

    __tablename__ = "call_places"

    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    call: Mapped[int] = mapped_column(unique=True)
    hospital: Mapped[str] = mapped_column(String(LONGEST_HOSPITAL))
    turns: Mapped[int]
    lowest_confidence: Mapped[float | None] = mapped_column(Float)


class TermRow(Base):
    """The calls of a day that a term is true of: how many, and their times (see places)."""

    __tablename__ = "call_terms"
    __table_args__ = (Index(None, "day"),)

    term: Mapped[str] = mapped_column(String(LONGEST_TERM), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calls: Mapped[int]
    times: Mapped[bytes] = mapped_column(LargeBinary)
