"""Sessions of signed-in browsers: kept as hashes, over after a while without a request or after a
working day, whichever is first (data/roles.yaml)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from booking_client.sql.database import Database
from ivr.web.accounts.model import AccountRow, SessionRow
from ivr.web.accounts.rights import Role, roles

_TOKEN_BYTES = 32
SEEN_EVERY = dt.timedelta(minutes=1)  # a request writes when it was seen no oftener than that


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session it is. `must_change`: the password was printed, so it signs in to nothing but
    its change."""

    account: int
    name: str
    role: Role
    must_change: bool


class Sessions:
    """Every method raises CoreUnavailable when the database gives no answer in its time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, account: int, role: Role, now: dt.datetime) -> str:
        """The token of a new session, for a cookie; sessions that are over are forgotten."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(SessionRow).where(SessionRow.ends_at <= now))
            await connection.execute(
                insert(SessionRow).values(
                    token_hash=_hash(token),
                    account=account,
                    opened_at=now,
                    seen_at=now,
                    ends_at=now + dt.timedelta(hours=roles().of(role).longest_hours),
                )
            )

        await self._database.write(work)
        return token

    async def holder(self, token: str, now: dt.datetime, *, used: bool = True) -> Holder | None:
        """Who holds a session that is not over; whether somebody has `used` it at `now`."""
        if not token:
            return None
        query = (
            select(
                SessionRow.seen_at,
                SessionRow.ends_at,
                AccountRow.id,
                AccountRow.name,
                AccountRow.role,
                AccountRow.one_time_until,
            )
            .join(AccountRow, AccountRow.id == SessionRow.account)
            .where(SessionRow.token_hash == _hash(token), AccountRow.disabled_at.is_(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        role = Role(row.role)
        idle = dt.timedelta(minutes=roles().of(role).idle_minutes)
        if now >= row.ends_at or now - row.seen_at >= idle:
            return None
        if used and now - row.seen_at >= SEEN_EVERY:
            await self._seen(token, now)
        return Holder(row.id, row.name, role, row.one_time_until is not None)

    async def close(self, token: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(SessionRow).where(SessionRow.token_hash == _hash(token))
            )

        await self._database.write(work)

    async def _seen(self, token: str, now: dt.datetime) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(SessionRow)
                .where(SessionRow.token_hash == _hash(token), SessionRow.seen_at < now)
                .values(seen_at=now)
            )

        await self._database.write(work)


async def close_all(connection: AsyncConnection, account: int) -> None:
    """As a part of a transaction: whoever is signed in to `account` no longer is."""
    await connection.execute(delete(SessionRow).where(SessionRow.account == account))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
