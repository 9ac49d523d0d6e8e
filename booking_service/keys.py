"""API keys: made, hashed, found. The database never has what would let anybody in.

A key is `bk_<id>_<secret>`: the id finds its row, the secret is 256 random bits,
so that plain SHA-256 hides it (a slow hash is for what people think up). It is
shown once, when it is made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from booking_client.errors import BookingRefused, Refusal
from booking_client.http.operations import Scope
from booking_client.model import ApiKeyRow, ChannelRow
from booking_client.sql.database import Database

OF_A_CHANNEL = (Scope.READ, Scope.BOOK, Scope.PATIENTS)
PER_MINUTE = 600
BURST = 100

_ID_BYTES, _SECRET_BYTES = 4, 32
_FORM = re.compile(r"bk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NO_HASH = bytes(hashlib.sha256().digest_size)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; `per_minute` requests in the long run, `burst` at once."""

    id: str
    channel: str
    scopes: frozenset[Scope]
    per_minute: int
    burst: int
    created_at: dt.datetime
    revoked_at: dt.datetime | None

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes


class ApiKeys:
    """The keys of one booking database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        channel: str,
        now: dt.datetime,
        *,
        scopes: Iterable[Scope] = OF_A_CHANNEL,
        per_minute: int = PER_MINUTE,
        burst: int = BURST,
    ) -> str:
        """Make a key and return it; nobody can see it again.

        Raises BookingRefused (unknown channel), CoreUnavailable.
        """
        key_id = secrets.token_hex(_ID_BYTES)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        async with self._database.writing() as connection:
            known = select(ChannelRow.code).where(ChannelRow.code == channel)
            if await connection.scalar(known) is None:
                raise BookingRefused(Refusal.UNKNOWN, f"no channel {channel}")
            await connection.execute(
                insert(ApiKeyRow).values(
                    id=key_id,
                    secret_hash=_hash(secret),
                    channel=channel,
                    scopes=sorted(set(scopes)),
                    per_minute=per_minute,
                    burst=burst,
                    created_at=now,
                )
            )
        return f"bk_{key_id}_{secret}"

    async def list(self) -> Sequence[ApiKey]:
        """All keys, the oldest first, revoked ones too."""
        async with self._database.asking() as connection:
            rows = await connection.execute(
                select(ApiKeyRow.__table__).order_by(ApiKeyRow.created_at, ApiKeyRow.id)
            )
            return [_read(row) for row in rows]

    async def revoke(self, key_id: str, now: dt.datetime) -> bool:
        """Let a key in no more, from the next request on; False when there is no such live key."""
        async with self._database.writing() as connection:
            revoked = await connection.execute(
                update(ApiKeyRow)
                .where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            return revoked.rowcount == 1

    async def find(self, presented: str) -> ApiKey | None:
        """The live key that was presented; None for any other text. Raises CoreUnavailable."""
        form = _FORM.fullmatch(presented)
        if form is None:
            return None
        async with self._database.asking() as connection:
            rows = await connection.execute(
                select(ApiKeyRow.__table__).where(ApiKeyRow.id == form[1])
            )
            row = rows.one_or_none()
        # Compared in any case, so that the time does not tell whether there is such an id.
        kept = _NO_HASH if row is None else row.secret_hash
        is_right = hmac.compare_digest(kept, _hash(form[2]))
        if row is None or not is_right or row.revoked_at is not None:
            return None
        return _read(row)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()


def _read(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        channel=row.channel,
        # A scope of a newer version of the program means nothing to this one.
        scopes=frozenset(scope for scope in Scope if scope.value in row.scopes),
        per_minute=row.per_minute,
        burst=row.burst,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
