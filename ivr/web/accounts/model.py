"""The tables of who may see the pages and what they did there.

They share the booking core's database, not its metadata. Times are local times of Shanghai.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AccountRow(Base):
    """`failures` since the last sign-in; `one_time_until`: until then the password, which was
    printed, signs in, and must be changed (None: it is the holder's own)."""

    __tablename__ = "web_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(255))
    one_time_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    disabled_at: Mapped[dt.datetime | None]
    signed_in_at: Mapped[dt.datetime | None]
    failures: Mapped[int]
    locked_until: Mapped[dt.datetime | None]


class SessionRow(Base):
    """A signed-in browser. `token_hash`: SHA-256 of what its cookie holds."""

    __tablename__ = "web_sessions"
    __table_args__ = (Index(None, "account"), Index(None, "ends_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("web_accounts.id", ondelete="CASCADE"))
    opened_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]


class SignInTryRow(Base):
    """A try that did not sign in, by the address it came from."""

    __tablename__ = "web_sign_in_tries"
    __table_args__ = (Index(None, "address", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]


class AuditRow(Base):
    """One thing that somebody did. Nothing updates a row; only retention deletes. `actor` is a
    name, not a key: it stays when the account is gone."""

    __tablename__ = "web_audit"
    __table_args__ = (Index(None, "at"), Index(None, "actor", "at"), Index(None, "call_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    call_id: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(200))
